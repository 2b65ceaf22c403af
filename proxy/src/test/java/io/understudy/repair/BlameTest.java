package io.understudy.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.repair.VerificationReport.Difference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlameTest {
    private static Map<String, List<String>> blamed(Map<String, String> found) {
        return Blame.of(List.of(new Difference("t", found)), "n1");
    }

    @Test
    void whoDiffersFromTheMajorityIsWrong() {
        assertThat(blamed(Map.of("n1", "a", "n2", "a", "n3", "b"))).containsOnlyKeys("n3");
        assertThat(blamed(Map.of("n1", "b", "n2", "a", "n3", "a"))).containsOnlyKeys("n1");
    }

    @Test
    void withoutMajorityTheMasterIsRight() {
        assertThat(blamed(Map.of("n1", "a", "n2", "b"))).containsOnlyKeys("n2");
        assertThat(blamed(Map.of("n1", "a", "n2", "b", "n3", "c"))).containsOnlyKeys("n2", "n3");
        assertThat(blamed(Map.of("n1", "a", "n2", "a", "n3", "b", "n4", "b"))).containsOnlyKeys("n3", "n4");
    }

    @Test
    void amongReplicasThatTellNothingApartNobodyIsBlamed() {
        assertThat(blamed(Map.of("n2", "a", "n3", "b"))).isEmpty();
    }

    @Test
    void whatIsWrongIsTold() {
        assertThat(blamed(Map.of("n1", "a", "n2", "missing"))).containsEntry("n2", List.of("t: missing, expected a"));
    }
}
