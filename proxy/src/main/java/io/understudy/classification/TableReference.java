package io.understudy.classification;

/**
 * A table, view or sequence as a statement names it.
 *
 * @param schema the schema it was found in; as written (empty if not qualified) where the catalog does not know it
 * @param oid 0 where the catalog does not know it
 */
public record TableReference(String schema, String name, int oid) {

    public boolean known() {
        return oid != 0;
    }

    @Override
    public String toString() {
        return schema.isEmpty() ? name : schema + "." + name;
    }
}
