package io.understudy.session;

import io.understudy.backend.ObjectIds;
import io.understudy.backend.ObjectIds.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places of object ids in messages, and what is to be there instead. A driver that is told the id of a type or table looks it up in the catalog, which is read on the master; that is whose ids it must
 * be told, and whose ids it gives.
 */
final class ForeignIds {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignIds.class);
    private static final int HEAD = 5;
    /** Of a column's description behind the table's id: the column's number. */
    private static final int NUMBER = 2;
    /** Behind the type's id: length, modifier, format. */
    private static final int REST = 8;

    private ForeignIds() {}

    /** Changes a RowDescription, in its place. */
    static void inRowDescription(byte[] message, int at, int length, ObjectIds ids) {
        Places tables = new Places();
        Places types = new Places();
        ByteBuffer in = ByteBuffer.wrap(message, at + HEAD, length - HEAD);
        for (int columns = in.getShort(); columns > 0; columns--) {
            while (in.get() != 0) {
                // the name
            }
            tables.note(in, Kind.TABLE, ids);
            in.position(in.position() + NUMBER);
            types.note(in, Kind.TYPE, ids);
            in.position(in.position() + REST);
        }
        tables.learn(Kind.TABLE, ids);
        types.learn(Kind.TYPE, ids);
    }

    /** Changes a ParameterDescription, in its place. */
    static void inParameterDescription(byte[] message, int at, int length, ObjectIds ids) {
        Places types = new Places();
        ByteBuffer in = ByteBuffer.wrap(message, at + HEAD, length - HEAD);
        for (int parameters = in.getShort(); parameters > 0; parameters--) {
            types.note(in, Kind.TYPE, ids);
        }
        types.learn(Kind.TYPE, ids);
    }

    /** The types that a client declares its parameters to be of. */
    static int[] ofTypes(int[] types, ObjectIds ids) {
        int[] other = types.clone();
        boolean news = false;
        for (int type : types) {
            news |= ids.isNews(Kind.TYPE, type);
        }
        if (news) {
            learn(Kind.TYPE, types, ids);
        }
        for (int i = 0; i < types.length; i++) {
            other[i] = ids.of(Kind.TYPE, types[i]);
        }
        return other;
    }

    private static void learn(Kind kind, int[] ids, ObjectIds from) {
        try {
            from.learn(kind, ids);
        } catch (IOException e) {
            // then the client is told the server's own: as good as nothing, and better than no answer
            LOG.debug("object ids were not looked up", e);
        }
    }

    /** Where ids are that must be looked up first; no memory as long as there are none. */
    private static final class Places {
        private List<Integer> places = List.of();
        private ByteBuffer message = ByteBuffer.allocate(0);

        /** Passes one id, which is put right now if its counterpart is known. */
        void note(ByteBuffer in, Kind kind, ObjectIds ids) {
            int place = in.position();
            int id = in.getInt();
            if (!ids.isNews(kind, id)) {
                in.putInt(place, ids.of(kind, id));
                return;
            }
            if (places.isEmpty()) {
                places = new ArrayList<>();
                message = in;
            }
            places.add(place);
        }

        void learn(Kind kind, ObjectIds ids) {
            if (places.isEmpty()) {
                return;
            }
            ForeignIds.learn(kind, places.stream().mapToInt(message::getInt).toArray(), ids);
            places.forEach(place -> message.putInt(place, ids.of(kind, message.getInt(place))));
        }
    }
}
