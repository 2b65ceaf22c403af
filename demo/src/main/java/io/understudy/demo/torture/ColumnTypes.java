package io.understudy.demo.torture;

import java.util.List;
import java.util.function.Function;

/** The types that random tables are made of. */
final class ColumnTypes {
    static final ColumnType INT = new ColumnType(
            "int", d -> Integer.toString(d.below(40)), List.of("(random() * 40)::int", "pg_backend_pid() % 40"), true);
    static final ColumnType TEXT = new ColumnType(
            "text",
            ColumnTypes::words,
            List.of("md5(random()::text)", "current_user", "clock_timestamp()::text", "pg_current_xact_id()::text"),
            true);

    private static final List<String> WORDS = List.of(
            "",
            "a",
            "b",
            "Ærø",
            "日本",
            "it''s",
            "back\\slash",
            "two\nlines",
            "{brace}",
            "(paren,\"q\")",
            "NULL",
            "😀",
            "now",
            " lead",
            "trail ",
            "tab\there",
            "$1",
            "a,b",
            "\\N",
            "\"");

    static final List<ColumnType> ALL = List.of(
            INT,
            TEXT,
            plain("bool", d -> d.any("t", "f"), "random() < 0.5"),
            unique("smallint", d -> Integer.toString(d.between(-30, 30)), "(random() * 9)::smallint"),
            unique("bigint", d -> Long.toString(d.seed() >> d.below(60)), "(random() * 1e15)::bigint"),
            unique("numeric", ColumnTypes::numeric, "random()::numeric"),
            unique(
                    "numeric(12,3)",
                    d -> d.between(-99999, 99999) + "." + d.below(100000),
                    "(random() * 1000)::numeric"),
            plain("real", ColumnTypes::floating, "random()::real"),
            plain("double precision", ColumnTypes::floating, "random()"),
            plain("money", d -> d.between(-9999, 9999) + ".25", "(random() * 100)::numeric::money"),
            unique("varchar(20)", ColumnTypes::words, "left(md5(random()::text), 20)"),
            unique("char(8)", d -> d.any("a", "bb ", " c", ""), "left(md5(random()::text), 8)"),
            plain("\"char\"", d -> d.any("a", "", "z")),
            unique("name", d -> d.any("n", "Name", "o p"), "current_user"),
            unique("bytea", d -> "\\x" + hex(d, 2 * d.below(9)), "decode(md5(random()::text), 'hex')"),
            unique(
                    "date",
                    d -> d.any(
                            "2024-02-29",
                            "tomorrow",
                            "infinity",
                            "-infinity",
                            "0044-03-15 BC",
                            "2000-01-" + (10 + d.below(20))),
                    "current_date",
                    "'today'"),
            unique("time", d -> d.any("24:00:00", "00:00:00.000001", "12:" + (10 + d.below(50))), "localtime"),
            unique("timetz", d -> d.any("12:00:00+05:30", "23:59:59.999999-12"), "current_time"),
            unique("timestamp", ColumnTypes::timestamp, "localtimestamp", "'now'", "clock_timestamp()"),
            unique(
                    "timestamptz",
                    ColumnTypes::timestamp,
                    "now()",
                    "'now'",
                    "clock_timestamp()",
                    "statement_timestamp()"),
            unique("timestamptz(2)", ColumnTypes::timestamp, "now()", "clock_timestamp()"),
            unique(
                    "interval",
                    d -> d.any("1 mon -3 days 04:05:06.789", "-1 year", "P1Y2M3DT4H5M6S", d.below(99) + " hours"),
                    "clock_timestamp() - now()"),
            unique("uuid", d -> hex(d, 32), "gen_random_uuid()"),
            plain("json", ColumnTypes::json, "json_build_object('r', random())", "to_json(now())"),
            unique("jsonb", ColumnTypes::json, "jsonb_build_object('r', random())", "to_jsonb(clock_timestamp())"),
            plain("jsonpath", d -> d.any("$.a[*] ? (@ > 1)", "strict $.b")),
            unique("bit(6)", d -> d.any("101010", "000000", "111111")),
            unique("varbit", d -> d.any("1", "", "1010101")),
            unique("inet", d -> d.any("10.0.0." + d.below(255), "::1/64", "192.168.0.0/16"), "inet_client_addr()"),
            unique("cidr", d -> d.any("10.0.0.0/8", "2001:db8::/32")),
            unique("macaddr", d -> "08:00:2b:01:02:" + hex(d, 2)),
            plain("macaddr8", d -> "08:00:2b:01:02:03:04:" + hex(d, 2)),
            plain("point", d -> "(" + d.below(9) + "," + floating(d) + ")", "point(random(), random())"),
            plain("box", d -> "(1,2),(" + d.below(9) + ",4)"),
            plain("path", d -> d.any("[(1,2),(3,4)]", "((1,2),(3,4),(5,6))")),
            plain("polygon", d -> "((0,0),(0,3),(" + d.below(9) + ",3))"),
            plain("circle", d -> "<(1,2)," + d.below(9) + ">"),
            plain("lseg", d -> "[(1,2),(3," + d.below(9) + ")]"),
            plain("line", d -> "{1," + d.between(1, 9) + ",3}"),
            plain("tsvector", d -> d.any("'a':1A 'b':2,3", "'it''s':4", ""), "to_tsvector('simple', random()::text)"),
            plain("tsquery", d -> d.any("'a' & !'b'", "'x':*")),
            plain("pg_lsn", d -> "16/B374D8" + hex(d, 2), "pg_current_wal_lsn()"),
            plain("xid8", d -> Integer.toString(d.below(99)), "pg_current_xact_id()"),
            plain("oid", d -> Integer.toString(d.below(99))),
            plain("regclass", d -> d.any("pg_class", "pg_proc")),
            plain("pg_snapshot", d -> "10:20:12,14", "pg_current_snapshot()"),
            unique("int4range", d -> d.any("empty", "[1," + d.between(2, 40) + ")", "(,5]", "[7,)")),
            unique("numrange", d -> d.any("(1.5,2.5]", "[0,)")),
            unique(
                    "daterange",
                    d -> "[2024-01-01,2024-02-" + (10 + d.below(18)) + ")",
                    "daterange(current_date, null)"),
            plain("tstzrange", d -> "[\"2024-01-01 00:00:00+02\",infinity]", "tstzrange(now(), null)"),
            plain("int4multirange", d -> d.any("{}", "{[1,3),[5,9)}")),
            unique(
                    "int[]",
                    d -> d.any("{}", "{1,NULL,3}", "[0:1]={5,6}", "{{1,2},{3,4}}"),
                    "array[(random() * 9)::int]"),
            plain(
                    "text[]",
                    d -> d.any("{a,\"b,c\",NULL,\"NULL\",\"\"}", "{\"q\\\"uote\",\"back\\\\slash\"}"),
                    "array[random()::text, now()::text]"),
            plain("timestamptz[]", d -> "{infinity,\"2024-01-01 00:00:00+00\"}", "array[now(), clock_timestamp()]"),
            plain("bytea[]", d -> "{\"\\\\x00ff\"}"),
            unique("mood", d -> d.any("sad", "ok", "happy")),
            plain("mood[]", d -> d.any("{sad,ok}", "{}", "{happy,NULL}")),
            unique("small", d -> Integer.toString(d.below(100)), "(random() * 100)::int"),
            plain("stamp", ColumnTypes::timestamp, "now()", "clock_timestamp()"),
            plain("pair", d -> d.any("(1,a)", "(,)", "(3,\"q,\"\"x\")"), "row((random() * 9)::int, now()::text)::pair"),
            plain("pair[]", d -> "{\"(1,a)\",\"(2,\\\"b c\\\")\"}"),
            plain("nest", d -> "(\"(1,a)\",{ok,sad},2024-01-01)"));

    private ColumnTypes() {}

    private static ColumnType plain(String sql, Function<Dice, String> constant, String... volatiles) {
        return new ColumnType(sql, constant, List.of(volatiles), false);
    }

    private static ColumnType unique(String sql, Function<Dice, String> constant, String... volatiles) {
        return new ColumnType(sql, constant, List.of(volatiles), true);
    }

    private static String words(Dice d) {
        return d.of(WORDS);
    }

    private static String numeric(Dice d) {
        return d.any("NaN", "Infinity", "-Infinity", "0.000000000000000000001", "1e50", d.below(50) + ".50");
    }

    private static String floating(Dice d) {
        return d.any("NaN", "Infinity", "-Infinity", "-0", "0.1", "1e-30", "3.4028235e38", d.below(100) + ".333");
    }

    private static String timestamp(Dice d) {
        return d.any(
                "now",
                "today",
                "infinity",
                "-infinity",
                "2024-03-31 02:30:00",
                "0044-03-15 12:00:00 BC",
                "2000-01-01 00:00:0" + d.below(9),
                "294276-01-01 00:00:00");
    }

    private static String json(Dice d) {
        return d.any(
                "{}",
                "{\"a\": [1, 2.50, null], \"b\": \"\\u00e6\"}",
                "[]",
                "\"s\"",
                "{\"a\":1,\"a\":2}",
                "null",
                "{\"n\": " + d.below(40) + "}");
    }

    private static String hex(Dice d, int digits) {
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < digits; i++) {
            b.append(Character.forDigit(d.below(16), 16));
        }
        return b.toString();
    }
}
