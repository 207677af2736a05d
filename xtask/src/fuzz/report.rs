//! What a target's run says: libFuzzer's closing statistics, and the most that one input has cost.

/// One run, read from what it printed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Report {
    executions: u64,
    per_second: u64,
    new: u64,
    peak_mb: u64,
    /// Of processor time, for the slowest input.
    slowest_ms: f64,
    /// What went wrong, in one line.
    pub(super) finding: Option<String>,
    /// Where the input is that did it.
    pub(super) artifact: Option<String>,
}

impl Report {
    /// Reads all that a target has printed on stderr.
    pub(super) fn read(said: &str) -> Report {
        let mut report = Report::default();
        let mut after_panic = false;
        for line in said.lines() {
            if std::mem::take(&mut after_panic) {
                report.finding.get_or_insert(line.to_owned());
            }
            if let Some((name, value)) = line.strip_prefix("stat::").and_then(|rest| rest.split_once(':')) {
                let value = value.trim().parse().unwrap_or_default();
                match name {
                    "number_of_executed_units" => report.executions = value,
                    "average_exec_per_sec" => report.per_second = value,
                    "new_units_added" => report.new = value,
                    "peak_rss_mb" => report.peak_mb = value,
                    _ => {}
                }
            } else if let Some((milliseconds, _)) =
                line.strip_prefix("most: ").and_then(|rest| rest.split_once(" ms"))
            {
                report.slowest_ms = milliseconds.parse().unwrap_or_default();
            } else if line.contains("panicked at") {
                after_panic = true;
            } else if let Some((_, what)) = line.split_once("ERROR: libFuzzer: ") {
                report.finding.get_or_insert(what.to_owned());
            } else if let Some((_, path)) = line.split_once("Test unit written to ") {
                report.artifact = Some(path.to_owned());
            }
        }
        report
    }

    /// One line.
    pub(super) fn line(&self) -> String {
        format!(
            "{:>9} inputs  {:>6}/s  {:>5} new  slowest {:>6.2} ms  peak {:>3} MB  {}",
            self.executions,
            self.per_second,
            self.new,
            self.slowest_ms,
            self.peak_mb,
            if self.finding.is_some() || self.artifact.is_some() { "1 finding" } else { "no finding" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn reads_a_quiet_run_and_a_finding() {
        let quiet = "most: 0.100 ms, 9 bytes (a date)\nmost: 2.500 ms, 99 bytes (a date)\nDone 7 runs\n\
            stat::number_of_executed_units: 7\nstat::average_exec_per_sec:     3\n\
            stat::new_units_added:          2\nstat::slowest_unit_time_sec:    0\nstat::peak_rss_mb:  31\n";
        let report = Report::read(quiet);
        assert_eq!((report.executions, report.per_second, report.new, report.peak_mb), (7, 3, 2, 31));
        assert_eq!((report.slowest_ms, report.finding, report.artifact), (2.5, None, None));

        let found = "thread '<unnamed>' (1) panicked at fuzz_targets/money.rs:1:2:\ntoo slow\n\
            ==1== ERROR: libFuzzer: deadly signal\n\
            artifact_prefix='x/'; Test unit written to x/crash-1\n";
        let report = Report::read(found);
        assert_eq!(report.finding.as_deref(), Some("too slow"));
        assert_eq!(report.artifact.as_deref(), Some("x/crash-1"));
        assert!(report.line().ends_with("1 finding"));
        let hang = Report::read("ALARM\n==1== ERROR: libFuzzer: timeout after 10 seconds\n");
        assert_eq!(hang.finding.as_deref(), Some("timeout after 10 seconds"));
    }
}
