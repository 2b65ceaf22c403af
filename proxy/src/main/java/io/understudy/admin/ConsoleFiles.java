package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code GET /} and the files below: the console, from the class path. Read once and kept; a browser that has them already is told so. */
final class ConsoleFiles implements Handler {
    private static final String FOLDER = "understudy/console/";
    private static final Pattern FILE =
            Pattern.compile("/(?:[a-z][a-z-]*/)?(?:[a-zA-Z][a-zA-Z-]*\\.)+(html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");
    private static final String CHART = "/library/";

    private final Map<String, Optional<Content>> contents = new ConcurrentHashMap<>();

    private record Content(byte[] bytes, String tag) {}

    @Override
    public void handle(Context context) {
        String path = context.path().equals("/") ? "/index.html" : context.path();
        Matcher file = FILE.matcher(path);
        if (!file.matches()) {
            throw new NotFoundResponse("there is nothing at " + path);
        }
        Content content = contents.computeIfAbsent(path, ConsoleFiles::read)
                .orElseThrow(() -> new NotFoundResponse("there is nothing at " + path));
        context.header("Cache-Control", "no-cache");
        context.header("ETag", content.tag());
        if (content.tag().equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType(TYPES.getOrDefault(file.group(1), "text/plain")).result(content.bytes());
    }

    private static Optional<Content> read(String path) {
        String resource =
                path.startsWith(CHART) ? chartFolder() + path.substring(CHART.length()) : FOLDER + path.substring(1);
        try (@Nullable InputStream in = ConsoleFiles.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Optional.of(new Content(bytes, "\"" + HexFormat.of().formatHex(digest, 0, 8) + "\""));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("the console's file " + resource + " cannot be read", e);
        }
    }

    /** A WebJar has its version in its folder's name, and says which it is. */
    private static String chartFolder() {
        Properties jar = new Properties();
        try (@Nullable
                InputStream in = ConsoleFiles.class
                        .getClassLoader()
                        .getResourceAsStream("META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
            if (in != null) {
                jar.load(in);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the chart library cannot be read", e);
        }
        return "META-INF/resources/webjars/uplot/" + jar.getProperty("version", "") + "/dist/";
    }
}
