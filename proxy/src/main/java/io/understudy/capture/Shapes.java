package io.understudy.capture;

import io.understudy.log.TableShape;
import java.util.Optional;

/** What a table looked like at a moment of a transaction. */
@FunctionalInterface
public interface Shapes {

    /**
     * The shape that an image has.
     *
     * @param rel pg_class.oid
     * @param at the image's {@link CapturedRow#at()}
     * @return empty if it is not known here
     */
    Optional<TableShape> shape(int rel, long at);

    /** Asks {@code other} for what is not known here. */
    default Shapes orElse(Shapes other) {
        return (rel, at) -> shape(rel, at).or(() -> other.shape(rel, at));
    }
}
