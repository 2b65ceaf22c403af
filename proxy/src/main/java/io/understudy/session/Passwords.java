package io.understudy.session;

import io.understudy.authentication.PasswordVerifier;
import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;

/** Plain passwords in CREATE and ALTER ROLE become one SCRAM verifier before they run: the same on every node, and never in a log. */
final class Passwords {
    private Passwords() {}

    static String hidden(SqlStatement statement, Classification c) {
        if (!(c instanceof Classification.Ddl ddl) || ddl.passwords().isEmpty()) {
            return statement.text();
        }
        return statement.withPasswords(
                ddl.passwords(), p -> PasswordVerifier.isVerifier(p) || p.isEmpty() ? p : PasswordVerifier.of(p));
    }
}
