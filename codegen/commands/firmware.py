"""`codegen firmware`, `codegen flash`, `codegen ports`: an image, its way onto the board, and where boards are."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from ..boards import list_boards, load_board
from ..errors import CodegenError
from ..target import Board
from .console import printable, show, show_json, table
from .options import Settings, compile_options, json_option, model_argument
from .program import is_json
from .progress import running

if TYPE_CHECKING:  # needs the extra `device`
    from ..device.built import Built

_TOOLS = {
    "openocd": "apt install openocd (Debian), brew install openocd (macOS)",
    "pyocd": "pip install pyocd",
    "picotool": "apt install picotool, brew install picotool; or copy the .uf2 file onto the board's drive",
    "st-flash": "apt install stlink-tools",
    "bossac": "apt install bossa-cli, brew install bossa",
    "dfu-util": "apt install dfu-util, brew install dfu-util",
    "avrdude": "apt install avrdude, brew install avrdude",
    "esptool.py": "pip install esptool",
    "kflash": "pip install kflash",
}

FIRMWARE_EXAMPLES = """\b
Examples:
  codegen firmware kws.tflite --board stm32f407-discovery -o build
  codegen flash build --board stm32f407-discovery
  codegen verify kws.tflite --on serial:/dev/ttyACM0
"""


@click.command("firmware", short_help="Build an image for a board.", epilog=FIRMWARE_EXAMPLES)
@model_argument
@click.option("-o", "--output", metavar="DIR", type=click.Path(path_type=Path), help="Where to.  [default: ./ID-BOARD]")
@click.option("--no-profile", is_flag=True, help="Leave the counters of `codegen profile` out: a smaller image.")
@click.option("--stack", type=click.IntRange(min=256), metavar="BYTES", help="Of the stack.  [default: 1/8 of the RAM]")
@compile_options
def firmware_command(
    *, model: Path, output: Path | None, no_profile: bool, stack: int | None, settings: Settings
) -> None:
    """Build a ready image with MODEL that answers on the board's serial line, for `verify` and `profile`.

    Writes ELF, Intel HEX and binary, UF2 where the board takes it, and the linker's map. For Linux and WebAssembly it
    is a program that reads cases; for an AVR one with cases in it, as ELF and HEX.
    """
    if not settings.options.board:
        raise CodegenError.say("the option --board is missing", "`codegen boards` lists them")
    with running() as progress, tempfile.TemporaryDirectory(prefix="codegen-") as scratch:
        progress.step("compiling")
        module = settings.compile(model)
        progress.step("building")
        device = _device()
        built = device.build(module, Path(scratch), settings.cmsis_nn_root, profile=not no_profile, stack_bytes=stack)
        folder = output or Path(f"{module.name}-{built.board.name}")
        try:
            files = built.write(folder)
        except OSError as error:
            raise CodegenError.say(f"{folder} cannot be written: {error.strerror or error}", "see -o") from None
        report = firmware_json(built, model, files)
    if is_json():
        show_json(report)
    else:
        show_firmware(report)


def _device() -> Any:  # noqa: ANN401 - a module
    try:
        from ..device import built  # noqa: PLC0415 - needs the extra `device`
    except ImportError as error:
        raise CodegenError.say(
            f"building images needs the Python package {error.name}", "pip install 'codegen[device]'"
        ) from None
    return built


def firmware_json(built: Built, model: Path, files: list[Path]) -> dict[str, Any]:
    """What was built: bytes of each region, of those that it has."""
    return {
        "model": str(model),
        "board": built.board.name,
        "status": built.board.status,
        "flash": built.flash(),
        "regions": [
            {"name": region.name, "kind": region.kind, "used": used, "available": region.usable}
            for region, used in built.regions()
        ],
        "use": built.use,
        "files": [str(path) for path in files],
    }


def show_firmware(report: dict[str, Any]) -> None:
    """Flash and RAM against the board's."""
    flash = report["flash"]
    rows = [
        (region["name"], region["kind"], region["used"], region["available"],
         f"{100 * region['used'] / region['available']:.1f} %")
        for region in report["regions"]
    ]  # fmt: skip
    parts = f"code {flash['code']:,}, weights {flash['weights']:,}, harness {flash['harness']:,}"
    show(
        Text(f"{printable(report['model'])} for {report['board']}", "bold"),
        table(("region", "kind", "bytes", "of the board's", "share"), rows),
        Text(f"\nflash: {parts}\nRAM includes the stack, and guards round arena and state"),
        Text("\n".join(printable(path) for path in report["files"])),
        Text(report["use"]),
    )


# --------------------------------------------------------------------------------------------------------- flash
@click.command("flash", short_help="Write an image onto a board.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--board", metavar="NAME", required=True, help="The board, as for `codegen firmware`.")
@click.option("--port", metavar="PORT", default="", help="Of boards that are written through their serial port.")
@json_option
def flash_command(folder: Path, board: str, port: str) -> None:
    """Write the image in FOLDER, which `codegen firmware` made, onto the board through its usual tool."""
    command = flash_line(load_board(board), folder, port)
    if not is_json():
        show(Text(" ".join(command)))
    run = subprocess.run(command, check=False, capture_output=is_json(), text=True)
    if is_json():
        show_json({"board": board, "command": command, "exit_code": run.returncode})
    if run.returncode:
        said = str(run.stderr or "").strip().splitlines()[-3:] if is_json() else []
        raise CodegenError.say(
            f"{command[0]} ended with exit code {run.returncode}" + "".join(f"\n    {line}" for line in said),
            "is the board connected, and in the mode that its tool expects?",
        )


def flash_line(board: Board, folder: Path, port: str = "") -> list[str]:
    """The command of the board's tool, its files and port filled in. Raises CodegenError for what is missing."""
    if board.programmer is None or not board.programmer.command:
        raise CodegenError.say(
            f"the board file of {board.name} names no tool that writes images", "add command under [program]"
        )
    words = board.programmer.command
    images = sorted(folder.glob("*.elf"))
    if len(images) != 1:
        found = "no image" if not images else f"{len(images)} images"
        raise CodegenError.say(f"there is {found} in {folder}", "make one with `codegen firmware MODEL -o DIR`")
    if any("{port}" in word for word in words) and not port:
        raise CodegenError.say(f"{board.name} is written through its serial port", "add --port (`codegen ports`)")
    paths = {suffix: str(images[0].with_suffix(f".{suffix}")) for suffix in ("elf", "hex", "bin", "uf2")}
    filled = [word.format(port=port, **paths) for word in words]
    if shutil.which(filled[0]) is None:
        raise CodegenError.say(f"{filled[0]} is not installed", _TOOLS.get(filled[0], f"install {filled[0]}"))
    return filled


# --------------------------------------------------------------------------------------------------------- ports
@click.command("ports", short_help="List the serial ports.")
@json_option
def ports_command() -> None:
    """List the serial ports, each with the boards that its USB ids stand for."""
    try:
        from ..device.link import serial_ports  # noqa: PLC0415 - needs the extra `serial`
    except ImportError as error:
        raise CodegenError.say(
            f"serial ports need the Python package {error.name}", "pip install 'codegen[serial]'"
        ) from None
    found: list[dict[str, Any]] = [
        {
            "port": port,
            "description": description,
            "usb": f"{ids[0]:04x}:{ids[1]:04x}" if ids else None,
            "boards": guesses(ids),
        }
        for port, description, ids in serial_ports()
    ]
    if is_json():
        show_json(found)
    elif found:
        rows = [(p["port"], p["usb"], p["description"], ", ".join(p["boards"]) or "-") for p in found]
        show(table(("port", "USB", "description", "board?"), rows, flexible=("description",)))
    else:
        show(Text("no serial ports"))


def guesses(ids: tuple[int, int] | None) -> list[str]:
    """The boards whose files name these USB ids."""
    return [board.name for board in list_boards() if board.serial and ids in board.serial.usb]
