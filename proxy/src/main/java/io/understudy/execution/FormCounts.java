package io.understudy.execution;

import io.understudy.log.Form;
import java.util.concurrent.atomic.LongAdder;

/** How many entries this node proposed in each form. */
public final class FormCounts {
    private final LongAdder statements = new LongAdder();
    private final LongAdder rows = new LongAdder();

    void add(Form form) {
        switch (form) {
            case Form.Statements s -> statements.increment();
            case Form.Rows r -> rows.increment();
            case Form.Chunks c -> rows.increment();
        }
    }

    public long statements() {
        return statements.sum();
    }

    public long rows() {
        return rows.sum();
    }
}
