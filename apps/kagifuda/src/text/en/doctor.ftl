# What stands between keys and sites, as far as it can be seen from here.

doctor-head-here = On this PC
doctor-well = well
doctor-notable = note
doctor-bad = amiss
doctor-no-key = No security key is plugged in. If you just put one in, try another port, and not through a hub.
doctor-key-usable = { $name } ({ $path }) can be used.
doctor-key-card = { $name } is a smart card or an NFC key in a reader. “kagifuda key” manages it; browsers on Linux do not look into card readers, so plug a key in by USB for them.
doctor-key-forbidden = { $name }: you may not use { $path }. A udev rule gives keys to whoever sits at the screen: systemd brings it (60-fido-id.rules and 71-seat.rules). Pull the key out and plug it in again while you are signed in at the screen, not over ssh.
doctor-key-anothers = { $name }: you may not use { $path }. The broker kagifudad plugged it in for another user of this PC, and it is theirs alone. “kagifuda key run” plugs in one of your own.
doctor-key-no-node = { $name }: the system sees it, but there is no { $path }. Plug it in again; in a container, let the device in.
doctor-cards-forbidden = You may not use smart cards and NFC keys here. polkit gives them to whoever sits at the screen; over ssh an administrator has to allow org.debian.pcsc-lite.access_pcsc and org.debian.pcsc-lite.access_card.
doctor-pc-broker = This PC can be a key: the broker kagifudad answers. “kagifuda key run” plugs it in.
doctor-pc-rule = This PC can be a key: a udev rule lets you plug virtual devices in. Any program of yours can then also plug a keyboard in and type; the broker kagifudad is the better way.
doctor-pc-neither = This PC cannot be a key yet: { $broker }; { $device }. The manual's page “Use this PC as a security key” says how to set it up. Keys you plug in do not need this.
doctor-broker-not-there = the broker kagifudad is not installed or not started (“systemctl enable --now kagifudad.socket”)
doctor-broker-forbidden = you may not connect to the broker kagifudad
doctor-broker-silent = the broker kagifudad does not answer as it should (“systemctl status kagifudad”)
doctor-uhid-no-module = there is no /dev/uhid (“sudo modprobe uhid”)
doctor-uhid-forbidden = you may not open /dev/uhid by yourself, which is as it should be where there is a broker
doctor-uhid-refused = the kernel refuses /dev/uhid
doctor-container = This is a container: keys of the PC are seen in it only where its devices were let in.
doctor-remote = You are here over ssh: programs here see keys plugged in over there, not those at your own PC.
doctor-snap = The browser { $name } is a snap. So that it sees keys: “sudo snap connect { $name }:u2f-devices”, then start it again. It lets in keys of makers on a list; a key that is this PC is not on it, so use the browser's own package for that.
doctor-flatpak = The browser { $name } is a Flatpak. If it does not see keys: “flatpak override --user --device=all { $name }”, then start it again.
doctor-bluetooth = There is Bluetooth, by which a phone can show that it is near.
doctor-bluetooth-off = Bluetooth is switched off, so a passkey on a phone cannot be used at this PC. Switch it on in the desktop's settings, or by “rfkill unblock bluetooth”.
doctor-no-bluetooth = There is no Bluetooth, so a passkey on a phone cannot be used at this PC. A Bluetooth adapter for the USB port helps; or sign in on the phone, and add another passkey or key for this PC there.

doctor-head-causes = Where a site says “insert your security key into the USB port”
doctor-cause-elsewhere = It lives elsewhere
doctor-elsewhere = The passkey may be on a phone, in a password manager, or in another browser. A browser that finds none at hand asks for a USB key. Choose “another device” or “more options” in its window, or sign in where the passkey is and add another one for this PC. “kagifuda key passkeys list” shows what is on a key.
doctor-cause-phone = It is on a phone
doctor-phone = The way by QR code needs Bluetooth switched on at the phone and at this PC, the internet on both, and a browser that offers it: Chromium and its kin do, Firefox on Linux does not.
doctor-cause-kind = Another kind of key
doctor-kind = Some sites want a key with a PIN (“kagifuda key pin set”), some only keys of certain makers, and a key that knows U2F only holds no passkeys. Sites that want a key built into the PC take none that is plugged in. Where another kind is wanted, sign in another way and register what the site takes.
doctor-cause-stale = A stale registration
doctor-stale = The site still knows a key that you gave away, lost or reset; a reset makes a key strange to every site. Sign in another way, remove it there, and register the key again.
doctor-cause-policy = An employer's rule
doctor-policy = An account of an employer or a school may demand a key, and a certain one. Only its administrator can change that, or give you another way.
doctor-cause-once = To get in just once
doctor-once = Cancel the browser's window and choose “try another way” on the site's page: a code from an app (“kagifuda code”), a backup code (“kagifuda codes use”), a mail, or the site's recovery.
doctor-cause-remove = To be asked no more
doctor-remove = Sign in, open the account's security settings, and remove the key or passkey there; deleting it on the key alone does not tell the site. First try another way in, today: whoever removes their last one is locked out.
