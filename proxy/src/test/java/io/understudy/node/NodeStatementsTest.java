package io.understudy.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.admin.StatementFeed.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeStatementsTest {
    @Test
    void whatNodesCountedIsAddedUpAndWhatTookMostTimeComesFirst() {
        List<Shape> added = NodeStatements.added(List.of(
                new Shape("select 0", "read", 3, 0, 300, 200, Map.of("n2", 3L)),
                new Shape("update t", "write", 1, 1, 500, 500, Map.of("n1", 1L)),
                new Shape("select 0", "read", 5, 2, 400, 100, Map.of("n2", 1L, "n3", 4L))));
        assertThat(added)
                .containsExactly(
                        new Shape("select 0", "read", 8, 2, 700, 200, Map.of("n2", 4L, "n3", 4L)),
                        new Shape("update t", "write", 1, 1, 500, 500, Map.of("n1", 1L)));
    }
}
