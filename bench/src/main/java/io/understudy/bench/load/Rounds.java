package io.understudy.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of several lanes in turn, so that a machine that changes in the meantime changes for all. */
public final class Rounds {
    private Rounds() {}

    /** One contender with one kind of work. */
    public interface Lane {
        String name();

        /** One run; whatever it leaves behind is over when it returns. */
        double run() throws IOException;
    }

    /**
     * Runs each lane once without counting it, then so many rounds; each begins with another lane.
     *
     * @return runs by name of lane, in the lanes' order
     */
    public static Map<String, List<Double>> run(List<? extends Lane> lanes, int rounds) throws IOException {
        Map<String, List<Double>> runs = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            runs.put(lane.name(), new ArrayList<>());
            lane.run();
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < lanes.size(); i++) {
                Lane lane = lanes.get((round + i) % lanes.size());
                runs.getOrDefault(lane.name(), new ArrayList<>()).add(lane.run());
            }
        }
        return runs;
    }
}
