package io.understudy.demo.conformity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A script for psql, cut as psql cuts it: statements end at semicolons outside of literals, comments, parentheses and BEGIN ATOMIC bodies; backslash commands
 * reach to the end of their line. What follows a COPY FROM STDIN up to {@code \.} is its data. One pass.
 */
final class PsqlScript {
    /** What comes next in a script. */
    sealed interface Step permits Sql, Command, End {}

    /** A query string to be sent. */
    record Sql(String text) implements Step {}

    /**
     * A backslash command.
     *
     * @param name without the backslash
     * @param pending the statement it stands behind instead of a semicolon; empty if there is none
     */
    record Command(String name, String arguments, String pending) implements Step {}

    /** The script is over. */
    record End() implements Step {}

    private final String text;
    private final Map<String, String> variables;
    private int at;

    /** @param variables read while the script goes on, so that what a step sets counts in the next */
    PsqlScript(String text, Map<String, String> variables) {
        this.text = text;
        this.variables = variables;
    }

    Step next() {
        StringBuilder out = new StringBuilder();
        int parentheses = 0;
        int blocks = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && peek(1) == ';') {
                out.append(';');
                at += 2;
            } else if (c == '\\') {
                return command(out.toString());
            } else if (c == ';' && parentheses == 0 && blocks == 0) {
                at++;
                return new Sql(out.toString());
            } else if (c == ':' && variable(out)) {
                continue;
            } else if (Character.isLetter(c) || c == '_') {
                String word = word();
                boolean atomic = word.equalsIgnoreCase("atomic")
                        && out.toString()
                                .stripTrailing()
                                .toLowerCase(java.util.Locale.ROOT)
                                .endsWith("begin");
                if (atomic || blocks > 0 && word.equalsIgnoreCase("case")) {
                    blocks++;
                } else if (blocks > 0 && word.equalsIgnoreCase("end")) {
                    blocks--;
                }
                out.append(word);
            } else {
                parentheses = Math.max(0, parentheses + (c == '(' ? 1 : c == ')' ? -1 : 0));
                int end = atomEnd(c);
                out.append(text, at, end);
                at = end;
            }
        }
        return out.toString().isBlank() ? new End() : new Sql(out.toString());
    }

    /** The lines up to {@code \.}, which are passed over. */
    String copyData() {
        nextLine();
        StringBuilder data = new StringBuilder();
        while (at < text.length()) {
            int end = lineEnd(at);
            String line = text.substring(at, end);
            at = Math.min(end + 1, text.length());
            if (line.equals("\\.")) {
                break;
            }
            data.append(line).append('\n');
        }
        return data.toString();
    }

    private void nextLine() {
        at = Math.min(lineEnd(at) + 1, text.length());
    }

    private Command command(String pending) {
        int end = lineEnd(at);
        String line = text.substring(at + 1, end);
        int name = 0;
        while (name < line.length() && (Character.isLetterOrDigit(line.charAt(name)) || line.charAt(name) == '_')) {
            name++;
        }
        int arguments = argumentsEnd(line, name);
        // Another command may stand behind it.
        at = arguments < line.length() ? at + 1 + arguments : end;
        line = line.substring(0, arguments);
        return new Command(line.substring(0, name), line.substring(name).strip(), pending.isBlank() ? "" : pending);
    }

    private static int argumentsEnd(String line, int from) {
        boolean quoted = false;
        for (int i = from; i < line.length(); i++) {
            if (line.charAt(i) == '\'') {
                quoted = !quoted;
            } else if (line.charAt(i) == '\\' && !quoted) {
                return i;
            }
        }
        return line.length();
    }

    /** Where the literal, comment or single character that begins here ends. */
    private int atomEnd(char c) {
        return switch (c) {
            case '\'' -> quoteEnd('\'', at > 0 && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e'));
            case '"' -> quoteEnd('"', false);
            case '$' -> dollarEnd();
            case '-' -> peek(1) == '-' ? lineEnd(at) : at + 1;
            case '/' -> peek(1) == '*' ? commentEnd() : at + 1;
            default -> at + 1;
        };
    }

    private int quoteEnd(char quote, boolean backslashes) {
        int i = at + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (backslashes && c == '\\') {
                i += 2;
            } else if (c == quote) {
                return i + 1;
            } else {
                i++;
            }
        }
        return text.length();
    }

    private int dollarEnd() {
        int i = at + 1;
        while (i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_')) {
            i++;
        }
        if (i >= text.length() || text.charAt(i) != '$' || Character.isDigit(peek(1))) {
            return at + 1;
        }
        String tag = text.substring(at, i + 1);
        int end = text.indexOf(tag, i + 1);
        return end < 0 ? text.length() : end + tag.length();
    }

    private int commentEnd() {
        int depth = 0;
        int i = at;
        do {
            if (text.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (text.startsWith("*/", i)) {
                depth--;
                i += 2;
            } else {
                i++;
            }
        } while (i < text.length() && depth > 0);
        return Math.min(i, text.length());
    }

    /** Replaces :name, :'name' and :"name" if there is such a variable. */
    private boolean variable(StringBuilder out) {
        if (peek(1) == ':') {
            out.append("::");
            at += 2;
            return true;
        }
        char quote = peek(1) == '\'' || peek(1) == '"' ? peek(1) : 0;
        int from = at + (quote == 0 ? 1 : 2);
        int to = from;
        while (to < text.length() && (Character.isLetterOrDigit(text.charAt(to)) || text.charAt(to) == '_')) {
            to++;
        }
        String value = variables.get(text.substring(from, to));
        if (value == null || quote != 0 && (to >= text.length() || text.charAt(to) != quote)) {
            return false;
        }
        String q = quote == 0 ? "" : String.valueOf(quote);
        out.append(q).append(quote == 0 ? value : value.replace(q, q + q)).append(q);
        at = to + q.length();
        return true;
    }

    /** The words of a command's arguments, quotes taken off, variables replaced. */
    List<String> words(String arguments) {
        List<String> words = new ArrayList<>();
        PsqlScript inner = new PsqlScript(arguments, variables);
        StringBuilder word = new StringBuilder();
        while (inner.at < arguments.length()) {
            char c = arguments.charAt(inner.at);
            if (Character.isWhitespace(c)) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inner.at++;
            } else if (c == ':' && inner.variable(word)) {
                continue;
            } else {
                int end = c == '\'' ? inner.quoteEnd('\'', false) : inner.at + 1;
                word.append(c == '\'' ? arguments.substring(inner.at + 1, end - 1) : String.valueOf(c));
                inner.at = end;
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    private String word() {
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || text.charAt(at) == '$')) {
            at++;
        }
        return text.substring(from, at);
    }

    private int lineEnd(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }
}
