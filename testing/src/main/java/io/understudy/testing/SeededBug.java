package io.understudy.testing;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A bug that is put into a class of the product, so that tests and checkers can be shown to find it. The product knows nothing of it: the changed class goes into a
 * directory of its own, which stands before everything else on the class path of a process.
 */
public enum SeededBug {
    /** The leader counts its own copy alone: what it acknowledges may be on its disk only. */
    ACKNOWLEDGE_BEFORE_MAJORITY(
            "io.microraft.impl.state.RaftState",
            "logReplicationQuorumSize",
            code -> code.iconst_1().ireturn()),
    /** Entries of deposed masters count. */
    SKIP_FENCING(
            "io.understudy.replay.EntryJudge",
            "fence",
            code -> code.aconst_null().areturn()),
    /** Nobody looks whether a transaction was lost that this one may have seen. */
    SKIP_GAP_CHECK(
            "io.understudy.capture.GapCheck", "aborted", code -> code.iconst_0().ireturn()),
    /** A replica leaves out the rows of each fifth entry, and goes on as if it had them. */
    DROP_ENTRY(
            "io.understudy.replay.TableSteps",
            "of",
            code -> code.lload(0)
                    .ldc(5L)
                    .lrem()
                    .ldc(4L)
                    .lcmp()
                    .ifThen(
                            java.lang.classfile.Opcode.IFEQ,
                            dropped -> dropped.invokestatic(Names.LIST, "of", MethodTypeDesc.of(Names.LIST), true)
                                    .areturn())),
    /** Of transactions that are ready together the master commits the last first. */
    COMMIT_OUT_OF_ORDER(
            "io.understudy.execution.TurnGroup",
            ConstantDescs.INIT_NAME,
            code -> code.aload(1)
                    .invokeinterface(Names.LIST, "reversed", MethodTypeDesc.of(Names.LIST))
                    .astore(1));

    private final String className;
    private final String method;
    private final Consumer<CodeBuilder> before;

    /** Apart, because an enum's own constants cannot be used by those of its values. */
    private static final class Names {
        static final ClassDesc LIST = ClassDesc.of("java.util.List");
    }

    SeededBug(String className, String method, Consumer<CodeBuilder> before) {
        this.className = className;
        this.method = method;
        this.before = before;
    }

    /**
     * Writes the changed class.
     *
     * @param directory to be put first on a class path
     * @throws IllegalStateException if the class has no such method any more: then this bug must be put elsewhere
     */
    public void writeInto(Path directory) throws IOException {
        String resource = className.replace('.', '/') + ".class";
        byte[] original;
        try (InputStream in = SeededBug.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no class " + className);
            }
            original = in.readAllBytes();
        }
        // Names of local variables would outlive the code that had them.
        ClassFile files = ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG);
        int[] changed = {0};
        ClassTransform transform = ClassTransform.transformingMethodBodies(
                m -> m.methodName().equalsString(method), CodeTransform.ofStateful(() -> {
                    changed[0]++;
                    return new First(before);
                }));
        byte[] bytes = files.transformClass(files.parse(original), transform);
        if (changed[0] != 1) {
            throw new IllegalStateException(className + " has " + changed[0] + " methods " + method + ", not 1");
        }
        Path file = directory.resolve(resource);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** Puts code before a method's own. */
    private static final class First implements CodeTransform {
        private final Consumer<CodeBuilder> code;

        First(Consumer<CodeBuilder> code) {
            this.code = code;
        }

        @Override
        public void atStart(CodeBuilder builder) {
            code.accept(builder);
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            builder.with(element);
        }
    }
}
