package io.understudy.config;

import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The settings of {@link AdminAccess} in {@code node.yaml}: read and written. */
final class AdminAccessReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_@.-]{1,63}");
    private static final int PASSWORD_MIN = 8;

    private AdminAccessReader() {}

    /** @param file beside which relative paths are */
    static AdminAccess read(Section admin, Path file) {
        List<User> users = new ArrayList<>();
        Set<String> names = new HashSet<>(Set.of(AdminAccess.CLUSTER_USER));
        for (Section section : admin.sections("users", false)) {
            String name = section.text("name");
            if (!name.isEmpty() && !NAME.matcher(name).matches()) {
                section.refuse(
                        "name",
                        section.name("name") + " is " + name
                                + ", but must be 1 to 63 of letters, digits and _ @ . - only");
            }
            if (!name.isEmpty() && !names.add(name)) {
                section.refuse(
                        "name", section.name("name") + " " + name + " is there twice, or the cluster's own user");
            }
            String password = section.text("password");
            if (!password.isEmpty() && password.length() < PASSWORD_MIN) {
                section.refuse(
                        "password", section.name("password") + " must have at least " + PASSWORD_MIN + " characters");
            }
            String role = section.choice("role", Role.VIEWER.word(), Role.OPERATOR.word());
            section.refuseOthers();
            users.add(new User(name, Role.of(role).orElseThrow(), password));
        }
        return new AdminAccess(users, PeerTlsReader.read(admin.section("tls"), file));
    }

    /** @param shown what stands for a password */
    static void write(AdminAccess access, Map<String, Object> admin, UnaryOperator<String> shown) {
        access.tls().ifPresent(tls -> admin.put("tls", PeerTlsReader.toMap(tls)));
        if (!access.users().isEmpty()) {
            admin.put("users", access.users().stream().map(u -> toMap(u, shown)).toList());
        }
    }

    private static Map<String, Object> toMap(User user, UnaryOperator<String> shown) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", user.name());
        map.put("role", user.role().word());
        map.put("password", shown.apply(user.password()));
        return map;
    }
}
