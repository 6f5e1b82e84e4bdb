import java.net.URL;
import javax.net.ssl.HttpsURLConnection;

/** Connects to localhost with the default trust store; prints the status, or the exception that stopped it. */
public class Connect {
    public static void main(String[] args) {
        try {
            var connection = (HttpsURLConnection) new URL("https://localhost:" + args[0] + "/").openConnection();
            System.out.println(connection.getResponseCode());
        } catch (Exception exception) {
            System.out.println(exception.getClass().getSimpleName());
        }
    }
}
