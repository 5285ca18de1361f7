//! The command line.

xflags::xflags! {
    /// The build runner of Roomkey.
    cmd xtask {
        /// Checks everything: format, lints, tests on both databases, documentation, dependencies.
        cmd test {
            /// Leave out documentation tests, rustdoc and cargo-deny.
            optional --fast
        }
        /// Does what continuous integration does: test, e2e, demo --exit, bench --quick.
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
        /// Measures the budgets; figures go to target/bench/.
        cmd bench {
            /// Measure one area only.
            optional area: String
            /// Stay under two minutes.
            optional --quick
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
