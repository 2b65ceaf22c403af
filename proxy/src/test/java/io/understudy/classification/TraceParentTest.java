package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String OTHER = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "00-" + ID + "-00f067aa0ba902b7-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*traceparent='P'*/ SELECT 1",
                "SELECT 1 /*traceparent='P'*/",
                "SELECT 1 /* action='%2Fparam*d',traceparent='P',tracestate='congo%3Dt61rcWkgMzE' */;",
                "SELECT /*x*/ 1 -- y\n/*controller='index', traceparent = 'P'*/",
                "SELECT 1 /* traceparent='rubbish' traceparent='P' */",
                "SELECT 1 /* traceparent='rubbish' */ /*traceparent='P'*/",
                "/*+ understudy: master */ SELECT 1 /*traceparent='P'*/",
                "COMMIT /*traceparent='P'*/"
            })
    void aCommentSaysIt(String sql) {
        assertThat(traces(sql.replace("P", PARENT))).containsExactly(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT 'traceparent=''P'''",
                "SELECT '/*traceparent=''P''*/'",
                "SELECT 1 -- traceparent='P'",
                "SELECT 1 /*traceparent=P*/",
                "SELECT 1 /*xtraceparent='P'*/",
                "SELECT 1 /*traceparents='P'*/",
                "SELECT 1 /*traceparent='P-01'*/",
                "SELECT 1 /*traceparent='Pf'*/",
                "SELECT 1 /*traceparent='*/",
                "SELECT 1 /*traceparent=*/",
                "SELECT 1 /*traceparent*/"
            })
    void orNot(String sql) {
        assertThat(traces(sql.replace("P", PARENT))).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736a-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6\na3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                ""
            })
    void whatIsNotValidIsNone(String parent) {
        assertThat(traces("SELECT 1 /*traceparent='" + parent + "'*/")).containsExactly("");
        assertThat(TraceParent.inName(parent)).isEmpty();
    }

    @Test
    void aVersionToComeMayHaveMore() {
        String later = "01" + PARENT.substring(2) + "-what-comes";
        assertThat(traces("SELECT 1 /*traceparent='" + later + "'*/")).containsExactly(ID);
        assertThat(TraceParent.inName(later)).isEqualTo(ID);
    }

    @Test
    void eachStatementHasItsOwn() {
        assertThat(traces("/*traceparent='" + PARENT + "'*/ SELECT 1; SELECT 2; SELECT 3 /*traceparent='"
                        + PARENT.replace(ID, OTHER) + "'*/"))
                .containsExactly(ID, "", OTHER);
    }

    @Test
    void anApplicationsNameMayHoldOne() {
        assertThat(TraceParent.inName(PARENT)).isEqualTo(ID);
        assertThat(TraceParent.inName("shop " + PARENT)).isEqualTo(ID);
        assertThat(TraceParent.inName("traceparent='" + PARENT + "'")).isEqualTo(ID);
        assertThat(TraceParent.inName("a-" + PARENT)).isEmpty();
        assertThat(TraceParent.inName("PostgreSQL JDBC Driver")).isEmpty();
        assertThat(TraceParent.inName("")).isEmpty();
    }

    private static List<String> traces(String sql) {
        return Classifier.split(sql).stream().map(SqlStatement::trace).toList();
    }
}
