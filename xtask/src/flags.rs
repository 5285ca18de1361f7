//! The command line.

xflags::xflags! {
    /// The build runner of Roomkey.
    cmd xtask {
        /// Checks everything: format, lints, tests on both databases, documentation, dependencies.
        cmd test {
            /// Leave out documentation tests, rustdoc and cargo-deny.
            optional --fast
        }
        /// Does what continuous integration does: test, e2e, interop, demo --exit, bench --quick.
        cmd ci {}
        /// Rewrites the generated files: reference, OpenAPI, snapshots of documents.
        cmd codegen {}
        /// Handles a throw-away PostgreSQL under target/, for work by hand.
        cmd postgres {
            /// Starts it, unless it runs, and prints its URL.
            cmd start {}
            /// Stops it and removes its data.
            cmd stop {}
            /// Prints its URL.
            cmd url {}
        }
        /// Shows a desk at work: a fresh one, with a user, a room, a key and its entry in the log.
        cmd demo {
            /// Stop when everything was shown, instead of serving on.
            optional --exit
            /// The port to listen on.
            optional --port port: u16
        }
        /// Proves on a real LiveKit server that keys open what they should and nothing else.
        cmd e2e {}
        /// Has the signed log judged by Go's packages and by Tessera's fsck.
        cmd interop {}
        /// Measures the budgets; figures go to target/bench/.
        cmd bench {
            /// Measure one area only; `audit`, a long log, is measured only where it is named.
            optional area: String
            /// Stay under two minutes.
            optional --quick
            /// How long the log of `audit` is; 10 million by default, 200 000 with --quick.
            optional --entries entries: u64
        }
        /// Makes a desk whose log is long and legitimate, under target/seed-log/.
        cmd seed-log {
            /// How many entries.
            required --entries entries: u64
            /// A folder that is not there yet, instead of target/seed-log/.
            optional --out out: String
            /// The URL of an empty PostgreSQL database, instead of a file.
            optional --postgres postgres: String
        }
        /// Kills the desk at random moments and looks for keys without a record.
        cmd crash {
            /// How often to kill it; 50 by default.
            optional --runs runs: u32
        }
        /// Makes the folder of a new migration for both databases.
        cmd migration {
            /// What it does, in lower case with underscores.
            required name: String
        }
    }
}
