package io.understudy.demo.conformity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A node of a tree as PostgreSQL writes it with debug_print_parse.
 *
 * @param tag its type, "QUERY" or "FUNCEXPR"
 * @param fields by name, lists of lists made flat
 */
record TreeNode(String tag, Map<String, List<TreeItem>> fields) implements TreeItem {
    /** The nodes that are not inside of another one. Without recursion: trees are as deep as the statement. */
    static List<TreeNode> read(String text) {
        List<TreeNode> roots = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '{') {
                int end = tokenEnd(text, i + 1);
                open.push(new Open(new TreeNode(text.substring(i + 1, end), new LinkedHashMap<>())));
                i = end;
            } else if (c == '}') {
                i++;
                if (open.isEmpty()) {
                    continue;
                }
                TreeNode done = open.pop().node;
                if (open.isEmpty()) {
                    roots.add(done);
                } else {
                    open.element().add(done);
                }
            } else if (c == '(' || c == ')' || Character.isWhitespace(c)) {
                i++;
            } else {
                int end = tokenEnd(text, i);
                if (!open.isEmpty()) {
                    open.element().token(text.substring(i, end));
                }
                i = end;
            }
        }
        return roots;
    }

    private static int tokenEnd(String text, int from) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\') {
                i += 2;
            } else if (c == '{' || c == '}' || c == '(' || c == ')' || Character.isWhitespace(c)) {
                break;
            } else {
                i++;
            }
        }
        return Math.min(i, text.length());
    }

    private static final class Open {
        private final TreeNode node;
        private List<TreeItem> field = new ArrayList<>();

        Open(TreeNode node) {
            this.node = node;
        }

        void token(String token) {
            if (token.startsWith(":") && token.length() > 1) {
                field = node.fields.computeIfAbsent(token.substring(1), n -> new ArrayList<>());
            } else {
                field.add(new TreeItem.Leaf(token));
            }
        }

        void add(TreeNode child) {
            field.add(child);
        }
    }

    List<TreeNode> nodes(String field) {
        return fields.getOrDefault(field, List.of()).stream()
                .filter(TreeNode.class::isInstance)
                .map(TreeNode.class::cast)
                .toList();
    }

    /** What the field begins with, if that is no node. */
    Optional<String> text(String field) {
        return fields.getOrDefault(field, List.of()).stream()
                .findFirst()
                .filter(TreeItem.Leaf.class::isInstance)
                .map(i -> ((TreeItem.Leaf) i).text());
    }

    /** An unsigned number such as an object id; 0 if there is none. */
    int number(String field) {
        return text(field)
                .filter(t -> t.matches("\\d{1,10}"))
                .map(Integer::parseUnsignedInt)
                .orElse(0);
    }

    /** Visits this node and all below it. */
    void walk(Consumer<TreeNode> visitor) {
        Deque<TreeNode> left = new ArrayDeque<>(List.of(this));
        while (!left.isEmpty()) {
            TreeNode node = left.pop();
            visitor.accept(node);
            for (List<TreeItem> items : node.fields.values()) {
                for (TreeItem item : items) {
                    if (item instanceof TreeNode child) {
                        left.push(child);
                    }
                }
            }
        }
    }
}
