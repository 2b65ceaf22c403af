package io.understudy.node;

import io.understudy.admin.EventFeed;
import io.understudy.event.EventLog;
import java.util.List;

/** The log of events, for the administration API. */
record NodeEvents(EventLog log) implements EventFeed {
    @Override
    public List<Event> events(long after, int limit) {
        return log.after(after, limit).stream()
                .map(e -> new Event(e.number(), e.at(), e.node(), e.kind(), e.text()))
                .toList();
    }
}
