package io.understudy.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PgBenchTest {
    private static final String OUTPUT = """
            pgbench (15.14)
            transaction type: <builtin: simple update>
            scaling factor: 10
            query mode: prepared
            number of clients: 16
            number of threads: 2
            maximum number of tries: 1
            duration: 10 s
            number of transactions actually processed: 31290
            number of failed transactions: %d (0.000%%)
            latency average = 5.112 ms
            initial connection time = 21.310 ms
            tps = 3129.771502 (without initial connection time)
            """;

    @Test
    void rateLatencyAndCount() throws IOException {
        assertThat(PgBench.parse(OUTPUT.formatted(0))).isEqualTo(new PgBench.Run(3129.771502, 5.112, 31290));
    }

    @Test
    void aRunWithFailedTransactionsIsNone() {
        assertThatThrownBy(() -> PgBench.parse(OUTPUT.formatted(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 failed");
    }

    @Test
    void aRunWithoutARateIsNone() {
        assertThatThrownBy(() -> PgBench.parse("pgbench: error: connection to server failed"))
                .hasMessageContaining("connection to server failed");
    }
}
