package io.understudy.demo.workload;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.understudy.demo.history.Operation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What clients have in common: numbers, the end, and what they noted. Safe for use by many threads. */
final class Recorder {
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger sessions = new AtomicInteger();
    private final Pace pace = new Pace();
    private volatile boolean over;

    long nextId() {
        return ids.incrementAndGet();
    }

    int nextSession() {
        return sessions.incrementAndGet();
    }

    Pace pace() {
        return pace;
    }

    void add(Operation operation) {
        operations.add(operation);
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    void end() {
        over = true;
    }

    boolean over() {
        return over;
    }

    /** One operation a line, as JSON. */
    void write(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Operation operation : operations) {
                ObjectNode line = mapper.valueToTree(operation);
                line.put("kind", operation.action().getClass().getSimpleName());
                out.write(line.toString());
                out.newLine();
            }
        }
    }
}
