package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.wire.ErrorFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnContextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PL/pgSQL function understudy.capture() line 7 at IF                                                                    | ''
        SQL statement "INSERT~INTO x"~PL/pgSQL function understudy.capture() line 7 at SQL statement                           | ''
        SQL statement "a"~PL/pgSQL function understudy.capture() line 7 at IF~SQL statement "b~c"~PL/pgSQL function f() line 2 at SQL statement | SQL statement "b~c"~PL/pgSQL function f() line 2 at SQL statement
        PL/pgSQL function mine() line 1 at RAISE~SQL statement "SET CONSTRAINTS ALL IMMEDIATE"~PL/pgSQL function understudy.seal(text) line 4 at SQL statement | PL/pgSQL function mine() line 1 at RAISE
        PL/pgSQL function mine() line 1 at RAISE~PL/pgSQL function understudy.seal(text) line 4 at SQL statement               | PL/pgSQL function mine() line 1 at RAISE
        while updating tuple "x"~PL/pgSQL function understudy.seal(text) line 4 at SQL statement                              | while updating tuple "x"
        SQL statement "select understudy.x()"                                                                                  | SQL statement "select understudy.x()"
        """)
    void onlyOwnLinesGo(String context, String told) {
        ErrorFields error = ErrorFields.error("22012", "division by zero", "").with('W', context.replace('~', '\n'));
        assertThat(OwnContext.hidden(error).fields().getOrDefault('W', "")).isEqualTo(told.replace('~', '\n'));
    }
}
