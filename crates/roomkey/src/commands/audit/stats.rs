//! `roomkey audit stats`.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use roomkey_desk::audit::stats;
use roomkey_desk::audit::stats::Interval;
use roomkey_desk::audit::stats::Stats;
use roomkey_desk::audit::stats::StatsRequest;
use roomkey_desk::wire::stats::StatsAnswer;
use roomkey_storage::Grouping;

use super::filter::FilterArgs;
use crate::invocation::{End, Invocation, block_on};
use crate::output;

/// What is counted.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// What is looked for.
    #[command(flatten)]
    filter: FilterArgs,
    /// How long a bucket is, in UTC
    #[arg(long, value_enum, default_value_t = By::Hour)]
    by: By,
    /// By what entries are grouped
    #[arg(long, value_enum, default_value_t = Group::Outcome)]
    group: Group,
}

/// How long a bucket is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// An hour; a day is counted where nothing else is said
    Hour,
    /// A day; 30 days are counted where nothing else is said
    Day,
}

/// By what entries are grouped.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Group {
    /// Issued, denied, or neither
    Outcome,
    /// The kind of provider
    Provider,
    /// The room
    Room,
    /// Why a key was denied
    Reason,
    /// The kind of entry
    Kind,
}

/// Prints a histogram.
pub(crate) fn run(invocation: &Invocation, args: StatsArgs) -> anyhow::Result<End> {
    let StatsArgs { filter, by, group } = args;
    let by = match by {
        By::Hour => Interval::Hour,
        By::Day => Interval::Day,
    };
    let group = match group {
        Group::Outcome => Grouping::Outcome,
        Group::Provider => Grouping::Provider,
        Group::Room => Grouping::Room,
        Group::Reason => Grouping::Reason,
        Group::Kind => Grouping::Kind,
    };
    let request = StatsRequest { query: filter.into_query(), by, group };
    let open = invocation.open()?;
    let stats =
        block_on(async { Ok(stats::stats(&open.desk.ground, &open.reads()?, request).await?) })?;
    let text = histogram(&stats, usize::from(output::width()));
    invocation.output.print(&StatsAnswer::of(stats), || text)?;
    Ok(End::Done)
}

/// What draws a group: the first the largest one, the last all that have no letter of their own.
const MARKS: [char; 6] = ['█', '▒', '▓', '░', '#', '+'];

/// A bar for each bucket, as wide as fits, with a mark for each group and a legend below.
fn histogram(stats: &Stats, width: usize) -> String {
    let mut groups: Vec<(&Option<String>, u64)> =
        stats.totals.iter().map(|(group, entries)| (group, *entries)).collect();
    groups.sort_by_key(|(_, entries)| std::cmp::Reverse(*entries));
    let marks: BTreeMap<&Option<String>, char> = groups
        .iter()
        .zip(MARKS.into_iter().chain(std::iter::repeat('+')))
        .map(|((group, _), mark)| (*group, mark))
        .collect();
    let sum = |groups: &BTreeMap<Option<String>, u64>| groups.values().sum::<u64>();
    let most = stats.buckets.iter().map(|(_, groups)| sum(groups)).max().unwrap_or(0);
    let digits = most.to_string().len();
    let room = u64::try_from(width.saturating_sub(20 + 2 + digits + 2).max(10)).unwrap_or(10);
    let mut lines = Vec::new();
    for (start, counts) in &stats.buckets {
        let all = sum(counts);
        let (mut bar, mut before, mut drawn) = (String::new(), 0, 0);
        for (group, _) in &groups {
            before += counts.get(*group).copied().unwrap_or(0);
            // Rounded up, so that a single entry is seen.
            let end = if most == 0 { 0 } else { (before * room).div_ceil(most) };
            let mark = marks.get(*group).copied().unwrap_or('+');
            bar.extend((drawn..end).map(|_| mark));
            drawn = drawn.max(end);
        }
        let line = format!("{}  {all:>digits$}  {bar}", output::time(*start));
        lines.push(line.trim_end().to_owned());
    }
    lines.push(String::new());
    for (group, entries) in &groups {
        let mark = marks.get(*group).copied().unwrap_or('+');
        lines.push(format!("{mark} {entries:>10}  {}", group.as_deref().unwrap_or("(none)")));
    }
    if groups.is_empty() {
        lines.push("no entry fits".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use roomkey_claims::Timestamp;

    use super::*;

    #[test]
    fn bars_fit_the_width_and_a_single_entry_is_seen() {
        let counts = |issued, denied| {
            BTreeMap::from([
                (Some("issued".to_owned()), issued),
                (Some("denied".to_owned()), denied),
            ])
        };
        let at = Timestamp::from_seconds;
        let stats = Stats {
            buckets: vec![
                (at(0), counts(900, 100)),
                (at(3600), counts(1, 0)),
                (at(7200), BTreeMap::new()),
            ],
            totals: counts(901, 100),
            since: at(0),
            until: at(10_800),
        };
        let text = histogram(&stats, 60);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 60), "{text}");
        assert_eq!(lines[0].chars().filter(|mark| *mark == '█').count(), 29, "{text}");
        assert_eq!(lines[0].chars().filter(|mark| *mark == '▒').count(), 3, "{text}");
        assert!(lines[1].ends_with("  █") && lines[2].ends_with("   0"), "{text}");
        assert!(text.ends_with("█        901  issued\n▒        100  denied"), "{text}");
    }
}
