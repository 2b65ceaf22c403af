package io.understudy.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A URL, {@code jdbc:understudy://host1:port1,host2:port2/database?name=value&…}, together with the properties given beside it. Hosts default to localhost, ports to 6432, the database to the user's
 * name as pgjdbc has it. Names and values are percent-decoded.
 *
 * @param nodes at least one, none twice
 * @param database empty if none is named
 * @param properties every property of the URL, and those given beside it where the URL has none of that name
 */
record UnderstudyUrl(List<Address> nodes, String database, Properties properties) {
    static final String PREFIX = "jdbc:understudy:";

    UnderstudyUrl {
        nodes = List.copyOf(nodes);
    }

    static boolean accepts(@Nullable String url) {
        return url != null && url.startsWith(PREFIX);
    }

    /**
     * @param beside may have defaults
     * @throws SQLException 08001: the URL is not one of ours or is broken; the message says where
     */
    static UnderstudyUrl parse(String url, @Nullable Properties beside) throws SQLException {
        if (!accepts(url)) {
            throw broken(withoutProperties(url), "it does not begin with " + PREFIX);
        }
        int question = url.indexOf('?');
        String place = url.substring(PREFIX.length(), question < 0 ? url.length() : question);
        try {
            String hosts = "";
            String database = place;
            if (place.startsWith("//")) {
                int slash = place.indexOf('/', 2);
                hosts = place.substring(2, slash < 0 ? place.length() : slash);
                database = slash < 0 ? "" : place.substring(slash + 1);
            }
            if (database.indexOf('/') >= 0) {
                throw new IllegalArgumentException("database \"" + database
                        + "\" has a slash in it; write hosts as //host:port, and a slash of a name as %2F");
            }
            Properties properties = copy(beside);
            addParameters(question < 0 ? "" : url.substring(question + 1), properties);
            return new UnderstudyUrl(addresses(hosts), decode(database), properties);
        } catch (IllegalArgumentException e) {
            throw broken(withoutProperties(url), e.getMessage());
        }
    }

    private static List<Address> addresses(String hosts) {
        if (hosts.isEmpty()) {
            return List.of(new Address("localhost", Address.DEFAULT_PORT));
        }
        LinkedHashSet<Address> addresses = new LinkedHashSet<>();
        for (String host : hosts.split(",", -1)) {
            addresses.add(Address.parse(host.strip()));
        }
        return new ArrayList<>(addresses);
    }

    private static Properties copy(@Nullable Properties from) {
        Properties to = new Properties();
        if (from != null) {
            for (String name : from.stringPropertyNames()) {
                to.setProperty(name, from.getProperty(name));
            }
        }
        return to;
    }

    private static void addParameters(String text, Properties to) {
        for (String parameter : text.split("&", -1)) {
            if (parameter.isEmpty()) {
                continue;
            }
            int eq = parameter.indexOf('=');
            // As pgjdbc: a name alone is an empty value.
            String name = decode(eq < 0 ? parameter : parameter.substring(0, eq));
            to.setProperty(name, eq < 0 ? "" : decode(parameter.substring(eq + 1)));
        }
    }

    private static String decode(String text) {
        // In a URL's path and in pgjdbc's parameters a plus is a plus.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String withoutProperties(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    private static SQLException broken(String url, @Nullable String why) {
        return new SQLException(
                "The URL \"" + url + "\" cannot be used: " + why
                        + ". It is written jdbc:understudy://host1:6432,host2:6432/database?user=name",
                "08001");
    }

    /** Hosts and database, without any property: nothing in it is secret. */
    @Override
    public String toString() {
        return PREFIX + "//" + nodes.stream().map(Address::toString).collect(Collectors.joining(",")) + "/"
                + database.replace("%", "%25").replace("/", "%2F").replace("?", "%3F");
    }
}
