package io.understudy.logging;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Characters that some program takes for the end of a line, or a terminal for an order: with them a client could make up lines of its own. */
final class Escapes {
    private Escapes() {}

    private static boolean isBad(char c) {
        return c < 0x20 || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029';
    }

    /** The text with these written as in Java; itself if there are none, as nearly always. */
    static String inText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isBad(text.charAt(i))) {
                return escaped(text, i);
            }
        }
        return text;
    }

    private static String escaped(String text, int from) {
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isBad(c)) {
                        out.append(unicode(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }

    private static String unicode(char c) {
        return String.format("\\u%04x", (int) c);
    }

    /** For JSON, which itself cares for those below the blank only. */
    static final class InJson extends CharacterEscapes {
        @Serial
        private static final long serialVersionUID = 1;

        private static final int[] ASCII = ascii();

        private static int[] ascii() {
            int[] escapes = standardAsciiEscapesForJSON();
            escapes[0x7f] = ESCAPE_STANDARD;
            return escapes;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ASCII.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int ch) {
            return isBad((char) ch) ? new SerializedString(unicode((char) ch)) : null;
        }
    }
}
