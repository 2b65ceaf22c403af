package io.understudy.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;

/** {@code GET /api/v1/log?from=&limit=}: entries of the statement log in order; without {@code from} the last ones. */
final class LogEndpoint implements Handler {
    private final LogReader log;

    LogEndpoint(LogReader log) {
        this.log = log;
    }

    @Override
    public void handle(Context context) throws IOException {
        int limit = Range.limit(context);
        long last = log.lastIndex();
        long first = log.firstIndex();
        long wanted = Range.number(context, "from", Math.max(first, last - limit + 1), 1, Long.MAX_VALUE);
        long from = Math.max(first, wanted);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("firstIndex", first);
        answer.put("lastIndex", last);
        ArrayNode entries = answer.putArray("entries");
        for (long index = from; index <= last && entries.size() < limit; index++) {
            entries.add(EntryJson.of(index, log.read(index)));
        }
        context.json(answer);
    }
}
