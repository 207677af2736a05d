//! `hello`: do the two sides speak the same version?

use crate::host::session::{Refusal, Session};
use billfold_core::protocol::{Code, PROTOCOL, Reply};

pub(in crate::host) fn hello(
    session: &mut Session,
    protocol: u32,
    extension: &str,
) -> Result<Reply, Refusal> {
    let extension: String = extension.chars().filter(|c| c.is_ascii_graphic()).take(40).collect();
    session.log.line(format_args!("hello from extension {extension}, protocol {protocol}"));
    if protocol != PROTOCOL {
        return Err(Refusal::new(Code::ProtocolVersion, format!("extension {protocol}, helper {PROTOCOL}")));
    }
    session.greeted = true;
    Ok(Reply::Welcome { protocol: PROTOCOL, host: env!("CARGO_PKG_VERSION").to_owned() })
}
