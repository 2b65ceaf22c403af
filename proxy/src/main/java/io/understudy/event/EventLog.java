package io.understudy.event;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The last {@value #KEPT_MAX} events, each also a line in the node's log. Safe for use by many threads. */
public final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int KEPT_MAX = 10_000;
    /** By which lines of the node's log that are events are known. */
    private static final String KIND = "event";

    private final String node;
    private final Clock clock;
    private final Deque<Event> events = new ArrayDeque<>();
    private final Map<String, Long> counts = new HashMap<>();
    private long last;

    public EventLog(String node, Clock clock) {
        this.node = node;
        this.clock = clock;
    }

    /**
     * Something that happened.
     *
     * @param number 1, 2, 3, … in this run of the node
     * @param kind a word to filter by: view, vote, leader, master, postgres, verify, …
     */
    public record Event(long number, Instant at, String node, String kind, String text) {}

    public void add(String kind, String text) {
        add(kind, text, Map.of());
    }

    /** @param fields what programs that read the node's log want to know of it without reading the text */
    public synchronized void add(String kind, String text, Map<String, ?> fields) {
        LoggingEventBuilder line = LOG.atInfo().addKeyValue(KIND, kind);
        for (Map.Entry<String, ?> f : fields.entrySet()) {
            line = line.addKeyValue(f.getKey(), f.getValue());
        }
        line.log("{}", text);
        counts.merge(kind, 1L, Long::sum);
        events.addLast(new Event(++last, clock.instant(), node, kind, text));
        if (events.size() > KEPT_MAX) {
            events.removeFirst();
        }
    }

    /** How many there have been of each kind. */
    public synchronized Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /** Events after that number, oldest first. */
    public synchronized List<Event> after(long number, int limit) {
        List<Event> found = new ArrayList<>();
        for (Event e : events) {
            if (e.number() > number && found.size() < limit) {
                found.add(e);
            }
        }
        return found;
    }
}
