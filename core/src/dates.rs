//! Days as pages print them, in the locales that Billfold knows.
