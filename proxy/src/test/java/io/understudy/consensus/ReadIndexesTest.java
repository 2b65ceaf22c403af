package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadIndexesTest {
    private final List<Long> sent = new ArrayList<>();
    private final ReadIndexes indexes = new ReadIndexes(sent::add, 1);

    @Test
    void whoAsksWhileAQuestionIsUnderWayGetsTheAnswerToTheNext() {
        CompletableFuture<Long> first = indexes.ask();
        CompletableFuture<Long> second = indexes.ask();
        CompletableFuture<Long> third = indexes.ask();
        assertThat(sent).containsExactly(1L);
        indexes.answered(1, 10);
        assertThat(first).isCompletedWithValue(10L);
        assertThat(second).isNotDone();
        assertThat(sent).containsExactly(1L, 2L);
        indexes.answered(2, 12);
        assertThat(second).isCompletedWithValue(12L);
        assertThat(third).isCompletedWithValue(12L);
        assertThat(sent).containsExactly(1L, 2L);
    }

    @Test
    void aLateAnswerIsNoAnswerToAnotherQuestion() {
        CompletableFuture<Long> lost = indexes.ask();
        indexes.gaveUp(1);
        assertThat(lost).isCompletedExceptionally();
        CompletableFuture<Long> again = indexes.ask();
        indexes.answered(1, 10);
        indexes.gaveUp(1);
        assertThat(again).isNotDone();
        indexes.answered(2, 11);
        assertThat(again).isCompletedWithValue(11L);
        indexes.answered(2, 12);
        assertThat(indexes.ask()).isNotDone();
    }
}
