import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/** A small disk, to be filled: a file of this machine behind a loop device, which a lab host can mount. */
export class SmallDisk {
  readonly #folder: string;
  readonly #device: string;
  readonly #numbers: string;

  private constructor(folder: string, device: string, numbers: string) {
    this.#folder = folder;
    this.#device = device;
    this.#numbers = numbers;
  }

  /** 16 MiB with 64 inodes. */
  static async open(folder: string): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, "small.img");
    await execa("truncate", ["--size=16M", file]);
    await execa("mkfs.ext4", ["-q", "-N", "64", file]);
    const words = ["--find", "--show", file];
    const { stdout: device } = await execa("losetup", words);
    const format = ["--format=%Hr %Lr", device];
    const { stdout: numbers } = await execa("stat", format);
    return new SmallDisk(folder, device, numbers);
  }

  /** Commands that put it over a folder of a host and fill it; what lies in the folder's `lib` and `cache` stays in reach. */
  fillAt(place: string): string {
    return `
      mknod /dev/small b ${this.#numbers}
      mkdir /mnt/below && mount --bind ${place} /mnt/below && mount --make-private /mnt/below
      mount /dev/small ${place}
      mkdir --mode=1777 ${place}/tmp
      for name in lib cache; do
        mkdir ${place}/$name && mount --bind /mnt/below/$name ${place}/$name
      done
      dd if=/dev/zero of=${place}/full bs=1M status=none || true
      for n in {1..64}; do : >${place}/$n || break; done 2>/dev/null`;
  }

  /** Commands that take it away again. */
  leave(place: string): string {
    return `umount ${place}/lib ${place}/cache && umount --lazy ${place} && umount /mnt/below && rm /dev/small`;
  }

  /** Gives the device back; one that is mounted goes when its host does. */
  async close(): Promise<void> {
    await execa("losetup", ["--detach", this.#device]);
    await rm(this.#folder, { recursive: true });
  }
}
