//! Tokens that the vendor's own software made.
//!
//! One encoding of each: compressors differ, so that only the inflated bytes can be compared, never the text.

use crate::Vector;

/// The app and the certificate of the vectors that were made with the vendor's package: constants of these tests.
const OWN_APP: &str = "0123456789abcdef0123456789abcdef";
const OWN_CERTIFICATE: &str = "fedcba9876543210fedcba9876543210";

/// The app and the certificate of the vendor's own tests.
const MOCK_APP: &str = "970CA35de60c44645bbae8a215061b33";
const MOCK_CERTIFICATE: &str = "5CFd2fd1755d40ecb72977518be15d3b";

/// Every distinct content in the vendor's tests, and what its npm package makes of the cases that they lack.
pub(super) const VECTORS: &[Vector] = &[
    Vector {
        source: "npm agora-token 2.0.6: rtc uid publisher",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYJjvr2BvyOPlKvuQ6ex/KYalIZuE0vOtfnK+5T+/59fn/9MUGAwMjYxNTM3MLSwTk5JTUtPQ+Qwfg1N\
                bmBkY/BL3MDAyMDKwADGIzwQmmcEkC5hkYyjKz8/VNWRiMDECAFN2ICw=",
        identity: Some("42"),
        room: Some("room-1"),
        expires_at: 1_700_000_900,
    },
    Vector {
        source: "npm agora-token 2.0.6: rtc uid subscriber",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYBCcMOWU5MKLOl0P/QyOBV2s8rDom/FwpUdS4C8O599v7+QrMBgYGhmbmJqZW1gmJiWnpKah8xk+Bqe\
                2MDMw+CXuYWCEQhCfjaEoPz9X15CJwcQIAPJ/IFk=",
        identity: Some("42"),
        room: Some("room-1"),
        expires_at: 1_700_000_900,
    },
    Vector {
        source: "npm agora-token 2.0.6: rtc uid 0 (wildcard user)",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYNi4bUKFoHWB5OIVEeuismuvuzg8YbDgc32zdZGB992omb8VGAwMjYxNTM3MLSwTk5JTUtPQ+Qwfg1N\
                bmBkY/BL3MDAyMDKwADGIzwQmmcEkC5hkYyjKz8/VNWRgAABYxCAX",
        identity: None,
        room: Some("room-1"),
        expires_at: 1_700_000_900,
    },
    Vector {
        source: "npm agora-token 2.0.6: rtc string account",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYKibxLgyfdmO+006xzc9mFttxnVxy28TY7cf1h9Flgj8vblRgcHA0MjYxNTM3MIyMSk5JTUNnc/wMTh\
                VgI+BwS9xDwMjAyMDCwMjA4jPxMDBzsDAzLCBhYGBhSGCiYGBjaEoPz9X11CQITEnMznVIbUiMbcgJ1UvvygdA\
                H97J7E=",
        identity: Some("alice@example.org"),
        room: Some("room-1"),
        expires_at: 1_700_003_600,
    },
    Vector {
        source: "npm agora-token 2.0.6: rtm",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYFjnbtNU/kHVL0eNu/7bC7G0D8lWehJaljN7De/oO0uJMSswGBgaGZuYmplbWCYmJaekpqHzGT4GpzY\
                EMjL4Je5hYGRgYmBkYGQA8VkZEnMyk1MBDDUb1g==",
        identity: Some("alice"),
        room: None,
        expires_at: 1_700_086_400,
    },
    Vector {
        source: "npm agora-token 2.0.6: chat user",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYDjHVbFx1QRrDhv7fdlxCwytPyUGZuR/X7109cmDv8RfTYxVYDAwNDI2MTUzt7BMTEpOSU1D5zN8DE6\
                NYGJg8Evcw8DIwMrAyMDIAOKzMiTmZCanAgAw/B9E",
        identity: None,
        room: None,
        expires_at: 1_700_000_600,
    },
    Vector {
        source: "npm agora-token 2.0.6: chat app",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYNhf83PN6qtnF9k9b11R/+bI6Wnccx8+SNu/wTX4kX+Nt1G7AoOBoZGxiamZuYVlYlJySmoaOp/hY3B\
                qBBMDg1/iHgZGBlYGRgYmBhCfgQEAoZUgDg==",
        identity: None,
        room: None,
        expires_at: 1_700_000_600,
    },
    Vector {
        source: "npm agora-token 2.0.6: rtc+rtm+convoai(9)",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYPijPv2NkGn96Uc37vyXSU8pXbup92FpXqpdu/OBaPG0t+YKDAaGRsYmpmbmFpaJSckpqWnofIaPwak\
                tzAwMfol7GJgZGBlYgBjEZwKTzGCSBUyyMRTl5+fqGrIyJOZkJqcyMTBClUIFOBkYGADqmyaK",
        identity: Some("alice"),
        room: Some("room-1"),
        expires_at: 1_700_000_900,
    },
    Vector {
        source: "npm agora-token 2.0.6: rtc+rtm+stt(10)",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYOhsnBdwKUT9Tk5D+ukm8/iwGdtTi2P3mm0X/lk28+/Ma7MVGAwMjYxNTM3MLSwTk5JTUtPQ+Qwfg1N\
                bmBkY/BL3MDAzMDKwADGIzwQmmcEkC5hkYyjKz8/VNWRlSMzJTE5lYmCEKoUKcDEwMAAAx14mhw==",
        identity: Some("alice"),
        room: Some("room-1"),
        expires_at: 1_700_000_900,
    },
    Vector {
        source: "npm agora-token 2.0.6: fpa",
        key: OWN_APP,
        secret: OWN_CERTIFICATE,
        token: "007eJxTYHhWdXeRkZ9r+POu3811LFK9bTc5mBZNudrotPcAm3PmtSUKDAaGRsYmpmbmFpaJSckpqWnofIaPwak\
                NgYwMfol7GBgZWBgYGRgZQAAAX4cc5Q==",
        identity: None,
        room: None,
        expires_at: 1_700_086_400,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: streaming, fcdn and rtm2",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYPj86Lzdz79M25wNn/lMfvu+TkfmdpiviKvChm8ZV3SWndytwGBpbuDsaGyakmpmkGxiYmZimpSUmGq\
                RaGRoamBmmGRs7P5FgCGCiYGBkYGBgRkImYAsEJ8JTCowmKeYGxmbmaYmWVoYm1iYGluapxqnGqdZppiYGSSlp\
                CRyMRhZWBgZmxgamRuzUaSbA6gXopuToSS1uCS+tDi1iJkB4jQmoGBuanFxYnqqbiKCmcTIAIEcDMUlRamJubq\
                JLGD1jAxsDCD9uokAO/VDvQ==",
        identity: None,
        room: None,
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtc",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYBBbsMMnKq7p9Hf/HcIX5kce9b518kCiQgSr5Zrp4X1Tu6UUGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0\
                SjQxNDcwMk4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiVwMRhYWR\
                sYmhkbmxgDCaiTj",
        identity: Some("2882341273"),
        room: Some("7d72365eb983485397e3e3f9d460bdda"),
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtc",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYLhzZP08Lxa1Pg57+TcXb/3cZ3wi4V6kbpbOog0G2dOYk20UGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0\
                SjQxNDcwMk4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiQwMADacI\
                mo=",
        identity: None,
        room: Some("7d72365eb983485397e3e3f9d460bdda"),
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtm",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxSYOCdJftjyTM2zxW6Xhm/5T0j5LdcUt/xYVt48fb5Mp3PX9coMFiaGzg7GpumpJoZJJuYmJmYJiUlplo\
                kGhmaGpgZJhkbu38RYIhgYmBgZABhJgZGBkYwn5OhJLW4JL60OLUIEAAA//9ZVh6A",
        identity: Some("test_user"),
        room: None,
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: chat",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYNAIsnbS3v/A5t2TC6feR15r+6cq8bqAvfaW+tk/Vzz+p6xTYLA0N3B2NDZNSTUzSDYxMTMxTUpKTLV\
                INDI0NTAzTDI2dv8iwBDBxMDAyADCrAyMDIxgPheDkYWFkbGJoZG5MQAfpR64",
        identity: None,
        room: None,
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: chat",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYNDNaz3snC8huEfHWdz6s98qltq4zqy9fl99Uh0FDvy6F6DAYGlu4OxobJqSamaQbGJiZmKalJSYapF\
                oZGhqYGaYZGzs/kWAIYKJgYGRAYRZGRgZmMB8BgYArfIYaw==",
        identity: None,
        room: None,
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtc and rtm",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYOAQsrQ5s3TfH+1tvy8zZZ46EpCc0V43JXdGd2jS8porKo4KDJbmBs6OxqYpqWYGySYmZiamSUmJqRa\
                JRoamBmaGScbG7l8EGCKYGBgYGRgYmBgYGVgYGMF8JjDJDCZZwKQCg3mKuZGxmWlqkqWFsYmFqbGleapxqnGaZ\
                YqJmUFSSkoiF4ORhYWRsYmhkbkxyCyISZwMJanFJfGlxalFACKnKng=",
        identity: Some("2882341273"),
        room: Some("7d72365eb983485397e3e3f9d460bdda"),
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtc, rtm and chat",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYPg19dsX8xO2Nys/bpSeoH/0j9CvSs1JWib9291PKC53l85UYLA0N3B2NDZNSTUzSDYxMTMxTUpKTLV\
                INDI0NTAzTDI2dv8iwBDBxMDAyMDAwAwkWYAYxGcCk8xgkgVMKjCYp5gbGZuZpiZZWhibWJgaW5qnGqcap1mmm\
                JgZJKWkJHIxGFlYGBmbGBqZGzMBzYGYxMlQklpcEl9anFrEChdEVgoAw6ct/Q==",
        identity: Some("2882341273"),
        room: Some("7d72365eb983485397e3e3f9d460bdda"),
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: education",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYEg4e9Zj9gch+QkfFi1qM7tdkn1G3Kzt6FTJpTpzRQ4brixTYLA0N3B2NDZNSTUzSDYxMTMxTUpKTLV\
                INDI0NTAzTDI2dv8iwBDBxMDAyADC7EDMBOYzMHAxGFlYGBmbGBqZG///DwDuNR56",
        identity: None,
        room: None,
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: education",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYJgT3rumdJdoWJpC3aNTb4o76swyLsrHvmznOn/x1cQM9gcKDJbmBs6OxqYpqWYGySYmZiamSUmJqRa\
                JRoamBmaGScbG7l8EGCKYGBgYGUCYHYiZwXwQ+P8fAADUHTQ=",
        identity: None,
        room: None,
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtc, rtm, fpa, chat and education",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYHh8IPKzTvBdf9ce8bk7G61vs06oca1e815/ot4+x7rfjDIKDJbmBs6OxqYpqWYGySYmZiamSUmJqRa\
                JRoamBmaGScbG7l8EGCKYGBgYGRgYWIEkCxCD+ExgkhlMsoBJBQbzFHMjYzPT1CRLC2MTC1NjS/NU41TjNMsUE\
                zODpJSURC4GIwsLI2MTQyNzYyagORCTkEVZ4KKsWOXZgWIQm1HF//8HAL01L5I=",
        identity: Some("2882341273"),
        room: Some("7d72365eb983485397e3e3f9d460bdda"),
        expires_at: 1_111_711,
    },
    Vector {
        source: "github.com/AgoraIO/Tools DynamicKey/AgoraDynamicKey tests: rtc, rtm, chat and education",
        key: MOCK_APP,
        secret: MOCK_CERTIFICATE,
        token: "007eJxTYPhwIyX+i9+qlu/37Lum6OY/e/d3Uu3HbnWtw2trr6m4cHMpMFiaGzg7GpumpJoZJJuYmJmYJiUlplo\
                kGhmaGpgZJhkbu38RYIhgYmBgZGBgYAGSIAziM4FJZjDJAiYVGMxTzI2MzUxTkywtjE0sTI0tzVONU43TLFNMz\
                AySUlISuRiMLCyMjE0MjcyNmYDmQEziZChJLS6JLy1OLWKFCyIrZQeKQaxDFf//HwBHLTNe",
        identity: Some("2882341273"),
        room: Some("7d72365eb983485397e3e3f9d460bdda"),
        expires_at: 1_111_711,
    },
];
