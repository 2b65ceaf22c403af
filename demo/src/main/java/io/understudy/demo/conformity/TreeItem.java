package io.understudy.demo.conformity;

/** What a field of a {@link TreeNode} holds. */
sealed interface TreeItem permits TreeItem.Leaf, TreeNode {

    /** A number, name or the like, as written. */
    record Leaf(String text) implements TreeItem {}
}
