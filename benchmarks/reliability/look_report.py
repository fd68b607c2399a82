"""Opens a benchmark report in a headless Chromium at a phone's width, sorts a table, moves every slider and takes pictures.

    python3 look_report.py REPORT.html FOLDER [WIDTH]

Debian: apt-get install chromium. Speaks DevTools' protocol over the browser's pipe; needs nothing but Python. Exits with 1
where the page is wider than the screen, a slider moves nothing, a picture has no text or the page reports an error.
"""
import base64
import json
import os
import subprocess
import sys
import tempfile

HEIGHT = 844


class Browser:
    def __init__(self, folder):
        read_down, self.down = os.pipe()
        self.up, write_up = os.pipe()

        # The browser reads from 3 and writes to 4, which the pipes themselves may be.
        def place():
            ends = os.dup(read_down), os.dup(write_up)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)
            os.set_inheritable(3, True)
            os.set_inheritable(4, True)

        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars",
             f"--user-data-dir={folder}", "about:blank"],
            preexec_fn=place, close_fds=False, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(read_down)
        os.close(write_up)
        self.buffer, self.number, self.session, self.events = b"", 0, None, []

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.down, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self.buffer:
            part = os.read(self.up, 1 << 16)
            if not part:
                raise RuntimeError("Chromium ended.")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def value(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def picture(self, path, **more):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png", **more)["data"]))

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drag(self, start, end, y):
        self.call("Input.dispatchMouseEvent", type="mousePressed", x=start, y=y, button="left", clickCount=1)
        for step in range(1, 6):
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=start + (end - start) * step / 5, y=y, button="left",
                      buttons=1)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=end, y=y, button="left", clickCount=1)


def main(report, folder, width=390):
    os.makedirs(folder, exist_ok=True)
    faults = []
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        page = next(t for t in browser.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        browser.session = browser.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            browser.call(domain + ".enable")
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT, deviceScaleFactor=2, mobile=True)
        browser.call("Page.navigate", url="file://" + os.path.abspath(report))
        browser.value("new Promise(r => document.readyState === 'complete' ? r() : addEventListener('load', r))")
        browser.picture(os.path.join(folder, "top.png"))

        wide = browser.value("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            faults.append(f"the page is {wide} pixels wider than the screen")
        bare = browser.value("[...document.images].filter(i => !i.alt).length")
        if bare:
            faults.append(f"{bare} pictures have no text")

        at = browser.value("""(() => { const b = document.querySelectorAll('th button')[1]; if (!b) return null;
            b.scrollIntoView({block: 'center', inline: 'center'}); const r = b.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2]; })()""")
        if at:
            browser.click(*at)
            order = browser.value("document.querySelectorAll('th')[1].getAttribute('aria-sort')")
            if order != "descending":
                faults.append(f"a click on a heading left the order {order}")
            browser.picture(os.path.join(folder, "table.png"))

        browser.value("document.querySelector('.t').scrollLeft = 90")
        browser.picture(os.path.join(folder, "table-scrolled.png"))

        count = browser.value("document.querySelectorAll('input[type=range]').length")
        for number in range(count):
            find = f"document.querySelectorAll('input[type=range]')[{number}]"
            x, y, wide = browser.value(f"""(() => {{ {find}.scrollIntoView({{block: 'end'}}); scrollBy(0, 40);
                const r = {find}.getBoundingClientRect(); return [r.x, r.y + r.height / 2, r.width]; }})()""")
            seen = []
            for share in (0.5, 0.2, 0.8):
                start = browser.value(f"(({find}.value - {find}.min) / ({find}.max - {find}.min))")
                browser.drag(x + 8 + start * (wide - 16), x + 8 + share * (wide - 16), y)
                seen.append((browser.value(f"{find}.value"), base64.b64decode(
                    browser.call("Page.captureScreenshot", format="png")["data"])))
                if number == 0:
                    browser.picture(os.path.join(folder, f"slider-{round(100 * share)}.png"))
            top, left, side = browser.value(f"""(() => {{ const d = {find}.previousElementSibling;
                d.scrollIntoView({{block: 'center'}}); const r = d.getBoundingClientRect(); return [r.y, r.x, r.width]; }})()""")
            browser.drag(left + 0.5 * side, left + 0.25 * side, top + 20)
            if not 20 <= float(browser.value(f"{find}.value")) <= 30:
                faults.append(f"a finger on picture {number} moves it to {browser.value(f'{find}.value')} in place of 25")
            if len({value for value, _ in seen}) < 3 or len({picture for _, picture in seen}) < 3:
                faults.append(f"slider {number} at {[value for value, _ in seen]} shows {len({p for _, p in seen})} pictures")
        faults += [json.dumps(e["params"]) for e in browser.events
                   if e.get("method") == "Runtime.exceptionThrown"
                   or e.get("method") == "Log.entryAdded" and e["params"]["entry"]["level"] == "error"]
        size = browser.value("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        version = browser.call("Browser.getVersion")["product"]
        browser.call("Browser.close")
        browser.process.wait()
    print(f"{version}: {width} pixels wide, {size[1]} high, {count} sliders, {len(faults)} faults")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4])))
