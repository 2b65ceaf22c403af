package io.understudy.admin;

import io.understudy.log.Entry;
import io.understudy.log.Form;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The statement log as a stream of what counts in it. For any thread. */
public interface ChangeLog {

    /** Highest index that is known here to be committed. */
    long lastIndex();

    /**
     * What comes after an index, which the log need not have reached yet.
     *
     * @throws io.understudy.log.TruncatedLogException if the log has the next one no more
     */
    Cursor after(long index) throws IOException;

    /** A place in the log. For one thread at a time; needs no closing. */
    interface Cursor {

        /**
         * The next entry that counts and says something: a transaction, an assignment, positions of sequences, or maintenance. {@link #index} is then where it is.
         *
         * @return empty if there is none within that time
         * @throws io.understudy.log.TruncatedLogException if it was removed meanwhile
         */
        Optional<Entry> next(Duration limit) throws IOException, InterruptedException;

        /** Up to where everything was told. */
        long index();

        /** A part of a transaction that {@link #next} gave and whose form is {@link Form.Chunks}. */
        List<Form.Part> chunk(Entry.Transaction transaction, int number) throws IOException;
    }
}
