package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallStackTest {
    private static final String GUARD = "PL/pgSQL function understudy.guard() line 20 at GET DIAGNOSTICS\n";
    private static final String CALLER = "\nPL/pgSQL function inline_code_block line 1 at SQL statement";

    private static Optional<String> statement(String frames) {
        return CallStack.statement(GUARD + frames, Optional.empty(), true);
    }

    @Test
    void theInnermostStatement() {
        assertThat(statement("SQL statement \"create table a (x int)\"" + CALLER))
                .hasValue("create table a (x int)");
        assertThat(statement(
                        "SQL statement \"drop table a\"\nPL/pgSQL function f() line 1 at EXECUTE\nSQL statement \"SELECT f()\""
                                + CALLER))
                .hasValue("drop table a");
    }

    @Test
    void quotesInsideDoNotEndIt() {
        for (String sql : new String[] {
            "create table \"A\" (\"x y\" int)",
            "create table a as select $q$a\"" + CALLER + "$q$ as y",
            "comment on table a is 'say \"\nSQL function \"f\" statement 1'",
            "create table a (x int /* \"\nPL/pgSQL function g() */, y int)",
            "create table a (x int -- \"\nPL/pgSQL function g()\n, y int)"
        }) {
            assertThat(statement("SQL statement \"" + sql + "\"" + CALLER)).hasValue(sql);
            assertThat(statement("SQL statement \"" + sql + "\"")).hasValue(sql);
        }
    }

    @Test
    void backslashesCountWhereStringsAreNotStandard() {
        String sql = "comment on table a is 'it\\'s \"\nPL/pgSQL '";
        assertThat(CallStack.statement(GUARD + "SQL statement \"" + sql + "\"" + CALLER, Optional.empty(), false))
                .hasValue(sql);
    }

    @Test
    void functionsInSqlAreFoundInTheirBody() {
        Optional<String> body = Optional.of("select ';'; create table b (i int); comment on table b is 'x'");
        assertThat(CallStack.statement(GUARD + "SQL function \"mk\" statement 2" + CALLER, body, true))
                .hasValue("create table b (i int)");
        assertThat(CallStack.statement(GUARD + "SQL function \"mk\" statement 4", body, true))
                .isEmpty();
        assertThat(CallStack.statement(GUARD + "SQL function \"mk\" statement 2", Optional.empty(), true))
                .isEmpty();
    }

    @Test
    void whatCannotBeToldIsNotGuessed() {
        assertThat(CallStack.statement("", Optional.empty(), true)).isEmpty();
        assertThat(statement("")).isEmpty();
        assertThat(statement("PL/Python function \"f\"")).isEmpty();
        assertThat(statement("SQL statement \"create table a (x int\"")).isEmpty();
    }
}
