package io.understudy.backend;

import java.io.IOException;
import java.sql.SQLException;
import java.util.function.LongConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Rows from one server to another by COPY, a row at a time: memory holds no more than a few. Each connection stays in the transaction it is in. */
public final class TableCopy {
    private static final int TOLD_EVERY = 10_000;

    private TableCopy() {}

    /**
     * Copies.
     *
     * @param out such as {@code COPY (SELECT …) TO STDOUT}
     * @param in such as {@code COPY … FROM STDIN}, in the same format
     * @param progress told now and then how many rows were copied
     * @return how many rows were copied
     * @throws IOException if either server refuses or is lost; their transactions are of no further use then
     */
    public static long between(Backend from, String out, Backend to, String in, LongConsumer progress)
            throws IOException {
        try {
            CopyOut source = from.jdbc().unwrap(PGConnection.class).getCopyAPI().copyOut(out);
            CopyIn target = to.jdbc().unwrap(PGConnection.class).getCopyAPI().copyIn(in);
            long rows = 0;
            byte[] row = source.readFromCopy();
            while (row != null) {
                target.writeToCopy(row, 0, row.length);
                if (++rows % TOLD_EVERY == 0) {
                    progress.accept(rows);
                }
                row = source.readFromCopy();
            }
            target.endCopy();
            return rows;
        } catch (SQLException | RuntimeException e) {
            // where the streams stand is not known any more
            from.discard();
            to.discard();
            throw new IOException("COPY from " + from.server() + " to " + to.server() + ": " + e.getMessage(), e);
        }
    }
}
