package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.understudy.admin.EventFeed.Event;
import java.util.List;

/** {@code GET /api/v1/events?after=&limit=}: what happened, oldest first. */
final class EventsEndpoint implements Handler {
    private final EventFeed feed;

    EventsEndpoint(EventFeed feed) {
        this.feed = feed;
    }

    @Override
    public void handle(Context context) {
        long after = Range.number(context, "after", 0, 0, Long.MAX_VALUE);
        List<Line> lines =
                feed.events(after, Range.limit(context)).stream().map(Line::of).toList();
        context.json(new Answer(lines));
    }

    private record Answer(List<Line> events) {}

    private record Line(long number, String at, String node, String kind, String text) {
        static Line of(Event e) {
            return new Line(e.number(), e.at().toString(), e.node(), e.kind(), e.text());
        }
    }
}
