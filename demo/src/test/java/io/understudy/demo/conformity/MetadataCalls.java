package io.understudy.demo.conformity;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Calls everything of JDBC's metadata that asks the server. */
final class MetadataCalls {
    private MetadataCalls() {}

    static void run(Connection c) throws SQLException {
        DatabaseMetaData m = c.getMetaData();
        try (ResultSet catalogs = m.getCatalogs();
                ResultSet schemas = m.getSchemas();
                ResultSet some = m.getSchemas(null, "pub%");
                ResultSet types = m.getTableTypes();
                ResultSet tables = m.getTables(null, "public", "%", new String[] {"TABLE", "VIEW", "SEQUENCE"});
                ResultSet all = m.getTables(null, null, null, null);
                ResultSet columns = m.getColumns(null, null, "%", "%");
                ResultSet columnRights = m.getColumnPrivileges(null, null, "book", "%");
                ResultSet rights = m.getTablePrivileges(null, null, "%");
                ResultSet best = m.getBestRowIdentifier(null, null, "book", DatabaseMetaData.bestRowSession, true);
                ResultSet versions = m.getVersionColumns(null, null, "book");
                ResultSet keys = m.getPrimaryKeys(null, "public", "book");
                ResultSet imported = m.getImportedKeys(null, "public", "work_authors");
                ResultSet exported = m.getExportedKeys(null, "public", "author");
                ResultSet cross = m.getCrossReference(null, "public", "author", null, "public", "author");
                ResultSet info = m.getTypeInfo();
                ResultSet indexes = m.getIndexInfo(null, "public", "book", false, true);
                ResultSet procedures = m.getProcedures(null, null, "%");
                ResultSet arguments = m.getProcedureColumns(null, null, "%", "%");
                ResultSet functions = m.getFunctions(null, null, "%");
                ResultSet functionColumns = m.getFunctionColumns(null, "pg_catalog", "int4%", "%");
                ResultSet udts = m.getUDTs(null, null, "%", null);
                ResultSet client = m.getClientInfoProperties()) {
            while (tables.next()) {
                tables.getString(3);
            }
        }
        m.getSQLKeywords();
        m.getMaxColumnNameLength();
        m.getMaxIndexLength();
        m.getDefaultTransactionIsolation();
        c.getSchema();
        c.getCatalog();
        c.getTransactionIsolation();
        c.isReadOnly();
        try (PreparedStatement p = c.prepareStatement("SELECT b.id, b.title FROM book b WHERE b.id = ?")) {
            p.getParameterMetaData().getParameterTypeName(1);
            ResultSetMetaData r = p.getMetaData();
            for (int i = 1; i <= r.getColumnCount(); i++) {
                r.getTableName(i);
                r.isNullable(i);
                r.isAutoIncrement(i);
            }
        }
    }
}
