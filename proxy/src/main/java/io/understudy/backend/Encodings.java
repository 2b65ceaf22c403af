package io.understudy.backend;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Java's charsets for PostgreSQL's client encodings. */
public final class Encodings {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("SQL_ASCII", "UTF-8"),
            Map.entry("UNICODE", "UTF-8"),
            Map.entry("MULE_INTERNAL", "ISO-8859-1"),
            Map.entry("LATIN6", "ISO-8859-10"),
            Map.entry("LATIN7", "ISO-8859-13"),
            Map.entry("LATIN8", "ISO-8859-14"),
            Map.entry("LATIN9", "ISO-8859-15"),
            Map.entry("LATIN10", "ISO-8859-16"),
            Map.entry("LATIN5", "ISO-8859-9"),
            Map.entry("LATIN1", "ISO-8859-1"),
            Map.entry("LATIN2", "ISO-8859-2"),
            Map.entry("LATIN3", "ISO-8859-3"),
            Map.entry("LATIN4", "ISO-8859-4"),
            Map.entry("KOI8R", "KOI8-R"),
            Map.entry("KOI8U", "KOI8-U"),
            Map.entry("WIN866", "IBM866"),
            Map.entry("WIN874", "x-windows-874"),
            Map.entry("UHC", "x-windows-949"),
            Map.entry("SJIS", "windows-31j"),
            Map.entry("SHIFT_JIS_2004", "x-SJIS_0213"),
            Map.entry("EUC_CN", "GB2312"),
            Map.entry("EUC_TW", "x-EUC-TW"),
            Map.entry("EUC_JP", "EUC-JP"),
            Map.entry("EUC_KR", "EUC-KR"),
            Map.entry("JOHAB", "x-Johab"));

    private Encodings() {}

    /** UTF-8 where Java knows no equivalent: the proxy's own statements are ASCII, and there is no better guess for data. */
    public static Charset of(String clientEncoding) {
        String name = clientEncoding.toUpperCase(Locale.ROOT);
        String java = NAMES.get(name);
        if (java == null) {
            java = name.startsWith("WIN") ? "windows-" + name.substring(3) : name.replace("ISO_8859_", "ISO-8859-");
        }
        return Charset.isSupported(java) ? Charset.forName(java) : StandardCharsets.UTF_8;
    }
}
