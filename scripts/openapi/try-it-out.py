"""Opens /docs in Chromium, and has Swagger UI execute every operation as it stands there, nothing edited.

    PYTHONPATH=.build/browser-tools PASSWORD=… python3 scripts/openapi/try-it-out.py http://127.0.0.1:8000

Prints a line for each operation, with its status, in the order of the page.
"""

import os
import shutil
import sys

from playwright.sync_api import sync_playwright

address = sys.argv[1]
login = {"username": "admin", "password": os.environ["PASSWORD"]}

with sync_playwright() as playwright:
    # Chromium's sandbox does not work for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
    page = browser.new_context(http_credentials=login).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{address}/docs")
    page.wait_for_selector(".opblock")
    for block in page.query_selector_all(".opblock"):
        method = block.query_selector(".opblock-summary-method").inner_text()
        path = block.query_selector(".opblock-summary-path").get_attribute("data-path")
        block.query_selector(".opblock-summary-control").click()
        block.wait_for_selector(".try-out__btn").click()
        block.wait_for_selector(".execute").click()
        status = block.wait_for_selector(".live-responses-table .response .response-col_status")
        print(method, path, status.inner_text().split()[0], flush=True)
        block.query_selector(".opblock-summary-control").click()
    browser.close()
