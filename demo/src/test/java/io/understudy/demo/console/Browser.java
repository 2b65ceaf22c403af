package io.understudy.demo.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.understudy.embedded.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium with a profile of its own. The driver is Debian's: nothing is downloaded. */
final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target", "console");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path profile;
    private final ChromeDriver driver;

    Browser() throws IOException {
        requireChromium();
        profile = Files.createTempDirectory("understudy-chromium-");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        size(1440, 1000);
    }

    /** Skips the test where there is no Chromium, except in continuous integration: there it must have been installed. */
    static void requireChromium() {
        boolean there = Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
        String missing = CHROMIUM + " or " + DRIVER + " is missing (Debian packages chromium and chromium-driver)";
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as(missing).isTrue();
        }
        assumeTrue(there, missing);
    }

    void open(int adminPort) {
        driver.get("http://127.0.0.1:" + adminPort + "/");
        awaitText(
                "return document.getElementById('sign-in').hidden && document.getElementById('console').hidden",
                "false");
    }

    void signIn(String user, String password) {
        driver.findElement(By.id("user")).clear();
        driver.findElement(By.id("user")).sendKeys(user);
        signIn(password);
    }

    void signIn(String password) {
        driver.findElement(By.id("password")).clear();
        driver.findElement(By.id("password")).sendKeys(password);
        driver.findElement(By.cssSelector("#sign-in-form button")).click();
    }

    /** Opens a node's page and waits until it is live. */
    void openLive(int adminPort, String password) {
        open(adminPort);
        if (visible("sign-in")) {
            signIn(password);
        }
        awaitText("return document.getElementById('connection').className", "connection live");
    }

    boolean visible(String id) {
        return driver.findElement(By.id(id)).isDisplayed();
    }

    String text(String id) {
        return String.valueOf(script("return document.getElementById('" + id + "').textContent"));
    }

    /** A cell of the table of nodes; the label is that of small screens, or role and state. */
    String cell(String node, String label) {
        String selector = switch (label) {
            case "role" -> ".badge";
            case "state" -> ".state";
            default -> "[data-label=\"" + label + "\"]";
        };
        return String.valueOf(script(
                "return document.querySelector(`tr[data-node=\"${arguments[0]}\"] ${arguments[1]}`)?.textContent",
                node,
                selector));
    }

    long number(String node, String label) {
        return Long.parseLong(cell(node, label).replaceAll("\\s", ""));
    }

    void click(String id) {
        driver.findElement(By.id(id)).click();
    }

    void clickCss(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    Object script(String script, Object... arguments) {
        return String.valueOf(driver.executeScript(script, arguments));
    }

    void awaitText(String script, String wanted) {
        await(script)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(script(script)).isEqualTo(wanted));
    }

    String address() {
        return String.valueOf(driver.getCurrentUrl());
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** As if the person before it wanted dark pages, or light ones. */
    void dark(boolean wanted) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", wanted ? "dark" : "light"))));
    }

    /** One of the console's pages, by the word in its address. */
    void page(String word) {
        script("location.hash = '#/' + arguments[0]", word);
        awaitText("return document.getElementById('page-" + word + "').hidden", "false");
    }

    /** Chooses from a list or writes into a field, as a user would. */
    void enter(String id, String value) {
        script(
                "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                        + "e.dispatchEvent(new Event(e.tagName === 'SELECT' ? 'change' : 'input'))",
                id,
                value);
    }

    /** Into {@code docs/} too, if pictures are wanted. */
    void picture(String name) throws IOException {
        Path picture = screenshot(name);
        if (Boolean.getBoolean("understudy.screenshots")) {
            Files.copy(picture, Path.of("..", "docs", name + ".png"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Into {@code target/console/}. */
    Path screenshot(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        return Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() throws IOException {
        try {
            driver.quit();
        } finally {
            Directories.delete(profile);
        }
    }
}
