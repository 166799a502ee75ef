# 鍵とサイトの間にあるもの。ここから見える範囲で。

doctor-head-here = このPCの様子
doctor-well = 良好
doctor-notable = 参考
doctor-bad = 支障
doctor-no-key = セキュリティキーは差し込まれていません。差し込んだばかりなら、ハブを通さず別の差し込み口を試してください。
doctor-key-usable = { $name }（{ $path }）を使えます。
doctor-key-card = { $name } は、リーダーにあるスマートカードかNFCの鍵です。「kagifuda key」で管理できますが、Linuxのブラウザーはカードリーダーを見ません。ブラウザーで使うには、鍵をUSBで差し込んでください。
doctor-key-forbidden = { $name }: { $path } を使う権限がありません。画面の前の人に鍵を渡すudevの規則は、systemdに入っています（60-fido-id.rules と 71-seat.rules）。sshではなく画面の前でサインインした状態で、鍵を抜いて差し直してください。
doctor-key-anothers = { $name }: { $path } を使う権限がありません。このPCの別のユーザーのために仲介役の kagifudad が差し込んだもので、その人だけが使えます。自分の鍵は「kagifuda key run」で差し込めます。
doctor-key-no-node = { $name }: システムには見えていますが、{ $path } がありません。差し直してください。コンテナの中なら、デバイスを通してください。
doctor-cards-forbidden = ここではスマートカードやNFCの鍵を使う権限がありません。polkitは画面の前の人に権限を与えます。ssh越しに使うには、管理者が org.debian.pcsc-lite.access_pcsc と org.debian.pcsc-lite.access_card を許可する必要があります。
doctor-pc-broker = このPCは鍵になれます。仲介役の kagifudad が応答しています。「kagifuda key run」で差し込みます。
doctor-pc-rule = このPCは鍵になれます。udevの規則で仮想デバイスを差し込めます。ただし、どのプログラムもキーボードを差し込んで文字を打ててしまいます。仲介役の kagifudad のほうが安全です。
doctor-pc-neither = このPCはまだ鍵になれません。{ $broker }。{ $device }。設定のしかたは説明書の「このPCをセキュリティキーにする」にあります。差し込む鍵を使うだけなら不要です。
doctor-broker-not-there = 仲介役の kagifudad が入っていないか、動いていません（「systemctl enable --now kagifudad.socket」）
doctor-broker-forbidden = 仲介役の kagifudad につなぐ権限がありません
doctor-broker-silent = 仲介役の kagifudad が正しく応答しません（「systemctl status kagifudad」）
doctor-uhid-no-module = /dev/uhid がありません（「sudo modprobe uhid」）
doctor-uhid-forbidden = /dev/uhid を自分で開く権限がありません。仲介役があるなら、それが正しい状態です
doctor-uhid-refused = カーネルが /dev/uhid を断っています
doctor-container = ここはコンテナの中です。デバイスを通してあるときだけ、PCの鍵が見えます。
doctor-remote = sshでつないでいます。ここのプログラムに見えるのは向こうのPCの鍵で、手元のPCの鍵ではありません。
doctor-snap = ブラウザー { $name } はsnapです。鍵が見えるようにするには「sudo snap connect { $name }:u2f-devices」を実行し、起動し直してください。通されるのは一覧にあるメーカーの鍵だけです。このPCを鍵にする場合は、snapでないブラウザーを使ってください。
doctor-flatpak = ブラウザー { $name } はFlatpakです。鍵が見えなければ「flatpak override --user --device=all { $name }」を実行し、起動し直してください。
doctor-bluetooth = Bluetoothがあり、スマートフォンが近くにあることを示せます。
doctor-bluetooth-off = Bluetoothが切れているため、スマートフォンにあるパスキーをこのPCでは使えません。デスクトップの設定か「rfkill unblock bluetooth」で入れてください。
doctor-no-bluetooth = Bluetoothがないため、スマートフォンにあるパスキーをこのPCでは使えません。USBに差し込むBluetoothアダプターを使うか、スマートフォンでサインインして、このPC用のパスキーか鍵を追加してください。

doctor-head-causes = サイトが「USBポートにセキュリティキーを挿入してください」と言うとき
doctor-cause-elsewhere = 別の所にある
doctor-elsewhere = パスキーはスマートフォンやパスワード管理アプリ、別のブラウザーにあるのかもしれません。手元に見つからないと、ブラウザーはUSBの鍵を求めます。その窓で「別のデバイス」や「その他のオプション」を選ぶか、パスキーのある所でサインインして、このPC用にもう一つ追加してください。鍵にあるものは「kagifuda key passkeys list」で見られます。
doctor-cause-phone = スマートフォンにある
doctor-phone = QRコードで使うには、スマートフォンとこのPCの両方でBluetoothとインターネットが要り、ブラウザーの対応も要ります。Chromium系は対応し、Linux版Firefoxは対応していません。
doctor-cause-kind = 鍵の種類が違う
doctor-kind = PINのある鍵を求めるサイト（「kagifuda key pin set」）や、特定のメーカーの鍵だけを認めるサイトがあります。U2Fだけの鍵はパスキーを持てません。PCに内蔵の鍵を求めるサイトでは、差し込む鍵は使えません。種類が合わなければ、別の方法でサインインし、サイトが認めるものを登録してください。
doctor-cause-stale = 古い登録が残っている
doctor-stale = 譲った鍵、なくした鍵、リセットした鍵をサイトが覚えています。リセットした鍵は、どのサイトにとっても知らない鍵です。別の方法でサインインし、古い登録を外してから、登録し直してください。
doctor-cause-policy = 勤め先の決まり
doctor-policy = 勤め先や学校のアカウントでは、決まった鍵を求められることがあります。変えられるのは管理者だけです。別の方法も管理者に頼んでください。
doctor-cause-once = 一度だけ入りたい
doctor-once = ブラウザーの窓を閉じ、サイトの画面で「別の方法を試す」を選びます。アプリのコード（「kagifuda code」）、バックアップコード（「kagifuda codes use」）、メール、サイトの復旧手順などです。
doctor-cause-remove = もう求められたくない
doctor-remove = サインインして、アカウントのセキュリティ設定で鍵やパスキーの登録を外します。鍵から消すだけでは、サイトには伝わりません。先に、別の方法で入れることを今日のうちに試してください。最後の方法を外すと締め出されます。
