package io.understudy.classification;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the tokens of a query string into statements at its semicolons: not at those in parentheses (rules with several actions) nor at those in the
 * BEGIN ATOMIC … END body of a function.
 */
final class Splitter {
    private Splitter() {}

    static List<SqlStatement> split(Tokens tokens) {
        List<SqlStatement> statements = new ArrayList<>(1);
        int from = 0;
        int parentheses = 0;
        int blocks = 0;
        int n = tokens.size();
        for (int i = 0; i < n; i++) {
            TokenKind kind = tokens.kind(i);
            if (kind == TokenKind.PUNCTUATION) {
                if (tokens.isSign(i, '(')) {
                    parentheses++;
                } else if (tokens.isSign(i, ')')) {
                    parentheses = Math.max(0, parentheses - 1);
                } else if (tokens.isSign(i, ';') && parentheses == 0 && blocks == 0) {
                    add(statements, tokens, from, i);
                    from = i + 1;
                }
            } else if (kind == TokenKind.WORD && isBlockWord(tokens.charAt(i)) && !isLabel(tokens, i)) {
                if (tokens.is(i, "begin") && tokens.is(i + 1, "atomic") && createsRoutine(tokens, from)) {
                    blocks++;
                } else if (blocks > 0 && tokens.is(i, "case")) {
                    blocks++;
                } else if (blocks > 0 && tokens.is(i, "end")) {
                    blocks--;
                }
            }
        }
        add(statements, tokens, from, n);
        return statements;
    }

    private static void add(List<SqlStatement> statements, Tokens tokens, int from, int to) {
        if (from < to) {
            statements.add(new SqlStatement(tokens, from, to));
        }
    }

    private static boolean isBlockWord(char first) {
        return first == 'b' || first == 'B' || first == 'c' || first == 'C' || first == 'e' || first == 'E';
    }

    /** After a dot or AS any word is a name. */
    private static boolean isLabel(Tokens tokens, int i) {
        return tokens.isSign(i - 1, '.') || tokens.is(i - 1, "as");
    }

    private static boolean createsRoutine(Tokens tokens, int from) {
        int i = from;
        if (!tokens.is(i++, "create")) {
            return false;
        }
        if (tokens.is(i, "or") && tokens.is(i + 1, "replace")) {
            i += 2;
        }
        return tokens.is(i, "function") || tokens.is(i, "procedure");
    }
}
