//! What the vectors inflate to.

/// The SHA-256 of each vector's inflated bytes and the services that it holds, in the order of the vectors.
pub(super) const CONTENTS: &[(&str, &[&str])] = &[
    ("93fdf5d1b4b42d3597e724d857e545b6df1d443e38a7a4fdacc5d0cfb5739be9", &["rtc"]),
    ("8e41099960b366841d5a456ead95d4082345ebad3b8f802309c0b04070ceca4f", &["rtc"]),
    ("500b96f654c1dea48db403b302fbadc64a368fd0e2bf892907192b1b55236146", &["rtc"]),
    ("050813d512a56352989f797c48951173d64224a2a1d9ca47c208677cd7e9ac64", &["rtc"]),
    ("f54d474a03cb9d3d9476729603e088328adf2851fef766b28b0b8fed9c0a33a4", &["rtm"]),
    ("72753d42109971cd52d285ba227410d2232f3c5a0cdbc66c9e6fa71a8188bffc", &["chat"]),
    ("4050787dcd5256a79cba1aeae7fd46b2b32465607874d65b2cea9357195a14c6", &["chat"]),
    (
        "b3bd353d3eb3191f71cac6c6c81a7b30f780a8539fccbde2ccbdecc349ec0af3",
        &["rtc", "rtm", "convoai"],
    ),
    ("97d4d91dbed96c9469e8963f6cfa17c957838bfcdb694a40c20eb16ad4b332ba", &["rtc", "rtm", "stt"]),
    ("814e7f09e553c882f6f1e7c4e0b4c79f0678824e26e077793c54c07e046f5981", &["fpa"]),
    (
        "39069735cc4e8f41fb9f0959d3849f4b00d93296a6d67a7e74e7de9cc8c01296",
        &["streaming", "fcdn", "rtm2"],
    ),
    ("948cb6996d30eadd8940fe5715d6b535a3699b08d7f578b07847e4b656212319", &["rtc"]),
    ("0abaa81bca4aaa327262d354a6fdb1a971a30bad2a68ceeeaa07254046141249", &["rtc"]),
    ("1032e26031d0a61cc80c1d4bbf159eed40529efd3f754e96536a1be6fdea4f21", &["rtm"]),
    ("9576a1560339263a3396aa6be51b115d166394ab8058a984cc37ef14f6d73477", &["chat"]),
    ("39e75349702bbc5e7abcc1f05e3789665297f4f5ac5553a8059fd695e18aa0dd", &["chat"]),
    ("7b3f99eb93b8304a1de3c9eaf1fc18d141caec57ab3333eb1050af9e722bb518", &["rtc", "rtm"]),
    ("ec9e56caf78bc35f996f171d96d4151a7da5a095ef7f674078d0e77edd80accc", &["rtc", "rtm", "chat"]),
    ("20b5637eb97ba699ea83c145e0bddc3b0fc3cf8a9450a7c04a1d16627ab8f92a", &["education"]),
    ("e38dfbdadcc2c4886bcaf9e395df9d6e67d4829ac19d925b097b8439414cbd42", &["education"]),
    (
        "fc19b5021ab382583922bfac1844fd69e1197117679e06c6fd6bcdf8dc6629ae",
        &["rtc", "rtm", "fpa", "chat", "education"],
    ),
    (
        "a39652681d16683dadbf331f58cfa53c43be9023e0740ccead7fe157b10759a4",
        &["rtc", "rtm", "chat", "education"],
    ),
];

/// V1 as other encoders spell it: zlib in Python, the vendor's crate in Rust, a stored block by hand.
pub(super) const SPELLINGS: [&str; 3] = [
    "007eJxTYJjvr2BvyOPlKvuQ6ex/KYalIZuE0vOtfnK+5T+/59fn/9MUGAwMjYxNTM3MLSwTk5JTUtPQ+Qwfg1N\
     bmBkY/BL3MDACIQsQg/hMYJIZTLKASTaGovz8XF1DJgYTIwBTdiAs",
    "007eJwBegCF/yAAn08gPzEMSkUd4QLN/xoApVSyEmdvOvkJ7Q/PvPrz/5YgADAxMjM0NTY3ODlhYmNkZWYwMTI\
     zNDU2Nzg5YWJjZGVmAPFTZYQDAABOYbwAAQABAAQAAQCEAwAAAgCEAwAAAwCEAwAABACEAwAABgByb29tLTECA\
     DQyU3YgLA==",
    "007eAEBegCF/yAAn08gPzEMSkUd4QLN/xoApVSyEmdvOvkJ7Q/PvPrz/5YgADAxMjM0NTY3ODlhYmNkZWYwMTI\
     zNDU2Nzg5YWJjZGVmAPFTZYQDAABOYbwAAQABAAQAAQCEAwAAAgCEAwAAAwCEAwAABACEAwAABgByb29tLTECA\
     DQyU3YgLA==",
];
