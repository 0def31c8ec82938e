#!/usr/bin/python3
"""What is wrong in a file is refused with exit code 2, the file and the line, and what to write instead; and nothing is changed. One
folder a case: config.toml or community.toml, and in `expect` what the answer must contain, a text a line."""
# promise: O1
# promise: A4
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import ROOT, Failed, check, equal, run
from community import Community
from daemon import Caveat
from sink import build_folder

HERE = os.path.dirname(os.path.abspath(__file__))


def config_case(scratch, name):
    """Every command reads the configuration; `serve` must not start on a bad one."""
    folder = scratch.path("config", name)
    shutil.copytree(os.path.join(HERE, name), folder)
    shutil.copy(os.path.join(ROOT, "policies/apcert.toml"), folder)
    shutil.copytree(os.path.join(ROOT, "templates"), os.path.join(folder, "templates"))
    command = [os.path.join(build_folder(), "caveat"), "--config", os.path.join(folder, "config.toml")]
    answers = [subprocess.run([*command, verb], capture_output=True, text=True, timeout=20) for verb in ("init", "serve")]
    check(not os.path.exists(os.path.join(folder, "caveat.db")), f"{name}: nothing was made")
    equal(answers[0].stderr, answers[1].stderr, f"{name}: every command says the same")
    return answers[1]


def community_case(caveat, name):
    path = os.path.join(HERE, name, "community.toml")
    before = caveat.call("export").out
    answer = subprocess.run([caveat.binary, "--config", caveat.config, "load", path], capture_output=True, text=True, timeout=20)
    equal(caveat.call("export").out, before, f"{name}: nothing was changed")
    return answer


def without_pages(caveat):
    """The daemon does not start and says what to write; what the operator does on the command line goes on."""
    with open(caveat.config, encoding="utf-8") as file:
        text = file.read()
    with open(caveat.config, "w", encoding="utf-8") as file:
        file.write(re.sub(r'(?m)^templates = .*$', 'templates = "nowhere"', text) + '[http]\nlisten = "127.0.0.1:0"\n')
    answer = subprocess.run([caveat.binary, "--config", caveat.config, "serve"], capture_output=True, text=True, timeout=20)
    equal(answer.returncode, 2, answer.stderr)
    for part in (caveat.config, "community.templates: there is no folder", "nowhere/pages", "write where caveat's forms are"):
        check(part in answer.stderr, f"{part}: {answer.stderr}")
    caveat.call("hold", "place", "banksia-rep", "--reason", "mailbox lost")


def scenario(scratch):
    caveat = Caveat(scratch, 9).init()
    caveat.load(Community().team("banksia").person("banksia-rep"))
    wrong = []
    cases = sorted(d for d in os.listdir(HERE) if os.path.isdir(os.path.join(HERE, d)) and d[:1].isdigit())
    for name in cases:
        with open(os.path.join(HERE, name, "expect"), encoding="utf-8") as f:
            expected = f.read().splitlines()
        try:
            is_config = os.path.exists(os.path.join(HERE, name, "config.toml"))
            answer = config_case(scratch, name) if is_config else community_case(caveat, name)
            equal(answer.returncode, 2, f"{name}: exit code\n{answer.stdout}{answer.stderr}")
            missing = [text for text in expected if text not in answer.stderr]
            equal(missing, [], f"{name}: what the answer should contain\n{answer.stderr}")
        except Failed as failure:
            wrong.append(str(failure))
    if wrong:
        raise Failed(f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong))
    without_pages(caveat)


run(scenario)
