# うまくいかなかったこと: 何が起き、何が原因か。ヒントは、できること。

fault-usage = コマンドラインを読み取れませんでした。
fault-secret-in-arguments = 秘密は引数では受け取りません。引数はこの PC のすべてのプログラムから見え、いま入力したものはシェルの履歴に残っています。
    .hint = 付けずに実行すればたずねます。パイプで渡すこともできます。そのあと、シェルの履歴からその行を消してください。ほかの人も使う PC なら、その秘密は取り替えてください。
fault-no-such-help = 「{ $word }」というコマンドはありません。
    .hint = コマンドの一覧は「kagifuda --help」にあります。
fault-no-home = ファイルの置き場所がわかりません。XDG_DATA_HOME も HOME も設定されていません。
    .hint = HOME を設定するか、--vault ファイル で保管庫を指定してください。
fault-set-user-id = プログラムが別のユーザーの権限 (setuid または setgid) で起動されました。その状態では秘密を扱いません。
    .hint = プログラムのファイルから setuid と setgid を外し、自分の権限で実行してください。
fault-unprotected-export = この形式には暗号がないため、ファイルを手にした人はだれでも、あなたとしてサインインできてしまいます。
    .hint = --age でパスフレーズを付けるか、--to 受信者 で age の受信者を指定してください。読める形で本当によければ --plain を付けます。
fault-not-found = 「{ $query }」に当てはまるものはありません。
    .hint = 短くすると見つかりやすくなります。「kagifuda token list」ですべてのトークンを表示します。
fault-nothing-there = まだ何も入っていません。
    .hint = 「kagifuda token add」でトークンを追加、「kagifuda token import ファイル」でほかのアプリから取り込みます。
fault-no-such-list = なくしたときの手順は、まだ作られていません。
    .hint = 「kagifuda map --lose なくしたもの」で作ります。
fault-ambiguous = { $count ->
       *[other] { $count } 件が当てはまりますが、必要なのは1件です。
    }
    .hint = アカウントなど、そのうちの1件だけにある言葉を足してください。後ろに番号のある項目は、その番号だけで選べます。
fault-declined = 中止しました。何も変わっていません。
fault-nobody-to-ask = たずねる必要がありますが、端末がありません。
    .hint = 端末で実行してください。スクリプトでは、秘密を --passphrase-fd 番号 か --passphrase-stdin で渡し、質問には --yes で答えます。
fault-not-confirmed = 確認が必要ですが、たずねる端末がありません。何も変わっていません。
    .hint = あらかじめ確認するには --yes を付けてください。
fault-no-terminal-to-watch = 表示し続けるには端末が必要です。
    .hint = スクリプトでは、必要なときにコードを取り出してください。
fault-nothing-to-change = 何を変えるのかが指定されていません。
    .hint = 変えられるものは、このコマンドの --help にあります。
fault-unreadable-qr-code = { $path } に QR コードはありますが、ぼけているか、小さいか、隠れていて読めません。
    .hint = 正面から、近くで、明るさにむらがないように撮り直してください。
fault-picture-too-large = { $path } は、QR コードの画像として大きすぎます。
    .hint = コードの部分だけに切り取ってください。
fault-not-a-picture = { $path } は、完全な PNG または JPEG の画像ではありません。
    .hint = PNG で保存し直してください。ほかのアプリの書き出しは「kagifuda token import」で読みます。
fault-terminal-too-narrow = 端末の幅が足りません。この QR コードには { $columns } 桁が必要です。
    .hint = ウィンドウを広げるか、文字を小さくしてください。
fault-verify-failed = 保管庫の一部が壊れています。読めるものは残っており、何も変えていません。
    .hint = 別の PC の写しかバックアップを「kagifuda vault merge ファイル」で取り込むと、補えるものを補います。
fault-secrets-differ = 2回の入力が一致しません。
    .hint = もう一度お試しください。何も変わっていません。
fault-nothing-entered = 何も入力されませんでした。
fault-output = 出力できませんでした: { $why }
fault-unread = { $path } を読めませんでした: { $why }
fault-unwritten = { $path } に書き込めませんでした: { $why }
fault-file-exists = { $path } はすでにあります。上書きはしません。
    .hint = 別の名前にするか、先にそのファイルを片付けてください。
fault-no-qr-code = { $path } から QR コードを読み取れません。
    .hint = 正面から近づけて、白い縁まで全体が入るように撮ってください。
fault-sheet-paper = シートは PDF か HTML のファイルに書きます。{ $path } の末尾はどちらでもありません。
    .hint = 印刷するなら .pdf、ブラウザーで開くなら .html で終わる名前にしてください。- とすると PDF を印刷プログラムに渡せます:「kagifuda sheet - | lp」。
fault-sheet-on-screen = シートは画面に出す文字ではありません。
    .hint = .pdf か .html で終わるファイルを指定するか、印刷プログラムに渡してください:「kagifuda sheet - | lp」。
fault-sheet-none = { $path } のコードは、復元シートのものではありません。
    .hint = シートのコードを撮影するか、「--words」で言葉を入力してください。
fault-sheet-newer = { $path } のシートは、新しい鍵札で作られています。
    .hint = 言葉を「--words」で入力すれば、保管庫は開けられます。
fault-move-none = 移す手順が、まだ作られていません。
    .hint = 「kagifuda move --from 古いほう --to 新しいほう」で作ります。スマートフォンは、先に「kagifuda phone add」で登録します。
fault-move-not-on-map = 移す元か移す先が、もう地図にありません。
    .hint = もう一度登録するか、「kagifuda move --abort」で手順をやめてください。
fault-move-same = 移す元と移す先が同じです。
    .hint = 新しいスマートフォンを先に登録してください:「kagifuda phone add 名前」。
fault-move-cannot = { $thing } は、移す元にも移す先にもできません。手で持てるものではないか、紛失になっています。
    .hint = なくしたときは「kagifuda map --lose なくしたもの」。
fault-move-cannot-replace = { $thing } の代わりになるのは、別の PC だけです。
    .hint = この PC にあってスマートフォンに入れるものは、トークンです。「kagifuda token qr」で渡せます。
fault-move-not-sent = { $number } 番はカウンター方式で、まだ渡していません。そのコードは、古いほうのものかもしれません。
    .hint = 「kagifuda move --send --only { $number }」で渡します。
fault-move-needs-file = 残っているものは、QR コードでは渡せません。
    .hint = 「kagifuda move --send --file phone.json」(Aegis) で、暗号化したファイルに書けます。
fault-move-prove-it = { $number } 番は、コードで確かめるものです。
    .hint = 「kagifuda move --send --only { $number }」で渡し、「--prove --only { $number }」でコードをたずねます。確かめずに飛ばすなら「kagifuda move --skip { $number }」。
fault-move-not-yet = { $number } 番は、まだ外せません。移っていないか、外すものがありません。
    .hint = 「kagifuda move」で手順を見られます。
fault-move-alone = カウンター方式のトークンは、1つずつ渡します。
    .hint = 番号を1つ指定してください:「kagifuda move --send --only 番号」。
fault-move-form = { $path } の末尾からは、何を書くのかわかりません。
    .hint = .json は Aegis、.2fas は 2FAS のファイルで、どちらも暗号化されます。.png と .svg は QR コードの画像です。
fault-move-page = ページは HTML で書きます。{ $path } の末尾が違います。
    .hint = .html で終わる名前にしてください。ファイルを指定しなければ、標準出力に出します。
fault-move-nothing-to-send = 渡すトークンは、もうありません。
    .hint = 「kagifuda move」で次にすることがわかります。「--only 番号」で、もう一度渡せます。
fault-move-nothing-to-prove = コードを待っているトークンは、ありません。
    .hint = 「kagifuda move --send」で次のトークンを渡します。
fault-move-wrong-codes = { $count ->
       *[other] { $count } 件のコードが合いませんでした。考えられる理由は上に書いてあります。
    }
fault-qr-too-large = QR コードに入りきりません。
fault-input-no-text = 入力されたものは UTF-8 の文字列ではありません。
fault-input-too-long = 入力されたものは、秘密として長すぎます。
fault-agent-runs = この保管庫のエージェントは、すでに動いています。
fault-clipboard-failed = クリップボードのプログラム { $program } がうまくいきませんでした。
    .hint = --copy を付けなければ、コードを表示します。
fault-nothing-copied = クリップボードに画像も文字もありません。
    .hint = QR コードの画像を先にコピーするか、保存してファイルを指定してください。
fault-no-screenshot = このデスクトップは、プログラムのために画面の画像を撮りません。
    .hint = デスクトップの機能で画面を撮り、コピーして --clipboard を使うか、保存してファイルを指定してください。
fault-screenshot-declined = 画面の画像は撮られませんでした。
    .hint = 何も変わっていません。--clipboard やファイルも使えます。
fault-system = システムに断られました: { $why }
fault-system-file = { $path } についてシステムに断られました: { $why }
fault-no-clipboard = この PC にクリップボードが見つかりません。
    .hint = wl-clipboard (Wayland) か xclip (X11) を入れてください。--copy を付けなければコードを表示します。画像はファイルでも読み込めます。
fault-no-code = このトークンからはコードを作れません。
    .hint = 「kagifuda token show」で、保管されている内容を確かめられます。
fault-no-codes-left = この組のバックアップコードは、すべて使用済みです。
    .hint = サービスにサインインして新しいコードを作り、「kagifuda codes add」で追加してください。
fault-no-virtual-key = このPCはまだ鍵になれません。仲介役の kagifudad も /dev/uhid も、差し込みを許していません。
    .hint = 何が妨げているか、どうすればよいかは「kagifuda doctor key」で分かります。
fault-broker-refused = 仲介役の kagifudad が、この鍵を差し込んだままにしません。
    .hint = 理由は「journalctl -u kagifudad」にあります。そのあと、もう一度始めてください。
fault-not-well = 支障があります。対処は上に書いてあります。
fault-demo-failed = 実演がうまくいきませんでした。鍵札の不具合です。

fault-agent-unreachable = 保管庫を開けておくエージェントが答えず、起動もできませんでした。
    .hint = 「kagifuda agent」で理由がわかります。
fault-agent-timed-out = エージェントが時間内に答えませんでした。
    .hint = もう一度お試しください。続くときは「kagifuda lock」のあと「kagifuda unlock」を実行してください。
fault-strange-peer = エージェントの場所で、別のユーザー (番号 { $uid }) が答えています。何も送っていません。
    .hint = そのユーザーのどのプログラムかを確かめてください。秘密は漏れていません。
fault-unsafe-directory = エージェントが待つ場所 { $path } に、ほかの人が入れます。
    .hint = 自分だけのものにしてください: chmod 700 { $path }
fault-garbled = エージェントとこのプログラムの話が通じません。
    .hint = 「kagifuda lock」でエージェントを終わらせると、次のコマンドが新しく起動します。
fault-frame-too-large = エージェントに一度に送れる大きさを超えています。
    .hint = ファイルを分けて、少しずつ取り込んでください。
fault-other-protocol = 別のバージョンの鍵札のエージェントが動いています。
    .hint = それを起動したバージョンで終わらせるか、一度ログアウトしてください。

fault-no-key = 鍵が差し込まれていません。「kagifuda key run」で始めてください。
fault-key-records = このPCにある鍵の記録（PINなど）を読めません。記録は XDG_STATE_HOME または ~/.local/state のフォルダーにあります。バックアップから戻すか、そこにある鍵の記録を消してください（PINも消えます）。
fault-no-vault = { $path } に保管庫はありません。
    .hint = 「kagifuda init」で作れます。別の場所は --vault ファイル で指定します。
fault-vault-exists = { $path } にはすでに保管庫があります。手を触れていません。
    .hint = 別の場所に作るには --vault ファイル を指定します。
fault-locked = 保管庫は閉じています。
    .hint = 「kagifuda unlock」で開けます。
fault-older-than-seen = この保管庫は、この PC が最後に見たものより古いため、読めますが変更できません。
    .hint = 新しい写しがあれば「kagifuda vault merge」で取り込んでください。バックアップに戻したいのなら「kagifuda vault restore」を使います。
fault-replaced = 開けている間に、別のプログラムが保管庫のファイルを取り替えました。
    .hint = 「kagifuda unlock」で、今あるものを開けます。
fault-busy = 別のプログラムが { $path } を使っています。
    .hint = 終わるのを待って、もう一度お試しください。
fault-wrong-secret = それではこの保管庫は開きません。
    .hint = 打ち間違い (Caps Lock や日本語入力をご確認ください) か、別の保管庫のものかもしれません。「kagifuda unlock --words」なら復元の言葉で開けられます。
fault-unknown-word = { $at } 番目は、復元の言葉に使われる言葉ではありません。
    .hint = 復元シートと1文字ずつ見比べてください。
fault-not-recovery-words = 一覧にある言葉ですが、復元の言葉になっていません。どれかが違うか、順番が入れ替わっています。
    .hint = 復元シートと順番どおりに見比べてください。
fault-no-such-way = この保管庫に、その開け方はありません。
    .hint = 「kagifuda open-with list」で一覧を表示します。
fault-way-removed = 以前はこれで開きましたが、{ $date } に削除されています。
    .hint = そのあとに決めたパスフレーズか復元の言葉を使ってください。
fault-merged-and-locked = すべて取り込みました。開けるのに使っていた方法は、{ $date } に別の PC で削除されていたため、保管庫を閉じました。
    .hint = ほかのパスフレーズか復元の言葉で開けてください:「kagifuda unlock」。削除した覚えがなければ、「kagifuda history」でどの PC かわかります。それより前のバックアップは、これまでどおり開きます。
fault-last-way = これは最後の開け方です。なくすと、本人を含めだれにも開けられません。
    .hint = 先に別の開け方を追加してください:「kagifuda open-with add passphrase」
fault-only-machine-bound = キーリングや TPM など、1台の機械に結びついた開け方だけになってしまいます。その機械と一緒に、保管庫も失われます。
    .hint = 先にパスフレーズか復元の言葉を追加してください:「kagifuda open-with add passphrase」。一覧に、まだ確かめていないご自分のものがあれば:「kagifuda open-with confirm」
fault-keyring-has-it = この PC のキーリングで、この保管庫はもう開けられます。
    .hint = 開け方は「kagifuda open-with list」で見られます。
fault-keyring-unchangeable = キーリングには、変えられる秘密がありません。でたらめに作られ、だれも知らないものです。
    .hint = 作り直すには、「kagifuda open-with remove keyring」のあとに「kagifuda open-with add keyring」を実行してください。
fault-keyring-not-running = このセッションでは、キーリングが動いていません。
    .hint = GNOME Keyring などのキーリングがあるデスクトップが必要です。何も変わっていません。
fault-keyring-silent = キーリングが答えないか、2分のあいだ、だれもその質問に答えませんでした。
    .hint = 先にキーリングを開けるか、サインインし直してください。保管庫は変わっていません。
fault-keyring-locked = キーリングが閉じています。
    .hint = 開けてから (GNOME では「パスワードと鍵」)、もう一度試してください。何も変わっていません。
fault-keyring-no-place = キーリングに、秘密を置く場所がまだありません。
    .hint = 既定のキーリングを作ってから (GNOME では「パスワードと鍵」)、もう一度試してください。何も変わっていません。
fault-keyring-declined = キーリングの質問に、いいえと答えがありました。
    .hint = 何も変わっていません。
fault-keyring-failed = キーリングが断ったか、渡したものを預かりませんでした。
    .hint = キーリングを確かめてください (GNOME では「パスワードと鍵」)。保管庫は変わっていません。
fault-tpm-has-it = この PC の TPM で、この保管庫はもう開けられます。
    .hint = 開け方は「kagifuda open-with list」で見られます。
fault-tpm-unchangeable = TPM には、変えられる秘密がありません。でたらめに作られ、だれも知らないものです。
    .hint = 作り直すには、「kagifuda open-with remove tpm」のあとに「kagifuda open-with add tpm」を実行してください。
fault-tpm-absent = この PC には TPM 2.0 がないか、無効になっています。
    .hint = あれば /dev/tpmrm0 です。多くの PC では、ファームウェアの設定 (「TPM」「PTT」「fTPM」) で有効にできます。何も変わっていません。
fault-tpm-forbidden = この PC の TPM を使う権限がありません。
    .hint = グループ「tss」に入り (sudo usermod -aG tss $USER)、サインインし直してください。Debian と Ubuntu では、パッケージ tpm-udev が TPM をそのグループに開きます。何も変わっていません。
fault-tpm-silent = TPM が答えません。
    .hint = ほかのプログラムが使っているのかもしれません。少し待って、もう一度試してください。何も変わっていません。
fault-tpm-closed = TPM の保存領域にパスワードが設定されているか、無効になっています。
    .hint = 会社などが設定したものです。ファームウェアの設定で TPM を消去すれば外れますが、ほかのプログラムがそこに置いたものもすべて失われます。何も変わっていません。
fault-tpm-failed = TPM が断ったか、封じたものを返しませんでした。
    .hint = どんな TPM かは「kagifuda doctor vault」でわかります。何も変わっていません。
fault-not-a-vault = このファイルは鍵札の保管庫ではありません。
    .hint = ほかのアプリのファイルは「kagifuda token import」で取り込みます。
fault-newer-format = この保管庫は、新しいバージョンの鍵札で書かれています。手を触れていません。
    .hint = この PC の鍵札を更新してください。
fault-damaged = { $what ->
        [empty] 保管庫のファイルが空です。
        [cut-off] 保管庫のファイルが途中で切れています。
        [head] 保管庫のファイルの、名前の記録が読めません。
        [altered] 保管庫のファイルに、別のプログラムが手を加えています。
       *[other] 保管庫のファイルが壊れています ({ $what })。
    }手を触れていません。
    .hint = ファイルは捨てないでください。「kagifuda vault restore」でバックアップに戻すと、読めるところは取り込まれ、このファイルも横に残ります。
fault-foreign-vault = 相手のファイルは別の保管庫で、この保管庫の写しではありません。何も取り込んでいません。
    .hint = トークンを移すには、あちらで書き出し、こちらで取り込んでください。
fault-too-costly = このファイルを開けるには { $mebibytes } MiB のメモリーが必要です。鍵札の保管庫ではありえない量で、害を与えるために作られたか、壊れています。
    .hint = 使わないでください。渡してきた人にたずねてください。
fault-too-cheap = このファイルは、パスフレーズの守りが安全な強さに足りません。書き換えられたか、鍵札で作られたものではありません。
    .hint = パスフレーズを入力しないでください。バックアップに戻してください。
fault-not-locked = { $path } を確保できませんでした: { $why }
    .hint = ほかのプログラムが終わるのを待って、もう一度お試しください。
fault-not-connected = エージェントのソケット { $path } につながりませんでした: { $why }
fault-not-started = { $path } を起動できませんでした: { $why }

fault-no-such-item = もうありません。
    .hint = 「kagifuda history」で、何があったかを確かめられます。
fault-unreadable-item = 読めない項目です。そのまま残してあります。
    .hint = 別の PC の写しなら無事かもしれません:「kagifuda vault merge」
fault-no-such-field = この種類の項目に「{ $field }」はありません。
fault-bad-value = 「{ $field }」の値が合いません。
    .hint = 指定できる値は、コマンドの --help にあります。
fault-missing-field = 「{ $field }」が必要です。
fault-too-large = 1つの項目に入る大きさ ({ $kibibytes } KiB) を超えています。
fault-other-kind = 別の種類の項目です。
fault-code-already-used = このバックアップコードは使用済みです。
fault-counter-exhausted = このトークンのカウンターは終わりに達しました。もうコードを作れません。
    .hint = サービスで新しいトークンを作ってください。
fault-no-such-operation = その変更はありません。
    .hint = 「kagifuda history」で番号を確かめられます。
fault-undo-too-old = 30日より前の変更は、もう取り消せません。
fault-nothing-to-undo = この変更に取り消せるものは残っていません。すでに取り消したのかもしれません。
    .hint = 「kagifuda history」で番号を調べ、「kagifuda undo 番号」で前の変更を取り消せます。

fault-unknown-format = このファイルは、ここで読める形式ではありません。
    .hint = 読める形式は、手引きの「引っ越し」にあります。元のアプリで形式を選べるときは、otpauth、Aegis、2FAS のいずれかにしてください。
fault-broken-import = { $format } のファイルですが、{ $place ->
        [text] 文字として読めません
        [json] { $line } 行目の { $column } 文字目で、壊れているか途中で切れています
        [xml] { $line } 行目で、壊れているか途中で切れています
        [row] { $line } 行目から始まる行で、引用符が閉じていません
        [byte] 先頭から { $line } バイトのところで、壊れているか途中で切れています
        [compressed] 圧縮された中身が、壊れているか途中で切れています
        [content] 復号した中身が壊れています
        [parameters] 復号に必要な部分が、壊れているか足りません
        [ciphertext] 暗号化された部分が、壊れているか途中で切れています
        [database] データベースが、壊れているか途中で切れています
       *[other] 壊れているか途中で切れています
    }。何も取り込んでいません。
    .hint = 元のアプリから書き出し直してください。
fault-unopened-import = { $format } のファイルですが、{ $by ->
        [phone] 書き出したスマートフォンでしか開けません
        [account] 書き出したアカウントでしか開けません
       *[method] ここでは扱えない方法で暗号化または圧縮されています
    }。何も取り込んでいません。
    .hint = ファイル専用のパスワードを付けるか、暗号化なしで書き出し直してください。
fault-needs-password = このファイルは暗号化されています。パスワードが必要です。
fault-wrong-password = パスワードが違うか、ファイルが書き換えられています。何も取り込んでいません。
    .hint = この保管庫のパスフレーズではなく、書き出したときに決めたパスワードです。
fault-no-such-ticket = 表示した取り込みの内容がもう残っていません。何も取り込んでいません。
    .hint = はじめからやり直してください。
fault-newer-import = このファイルは、ここで読めるものより新しい { $format } のものです。何も取り込んでいません。
    .hint = 鍵札を更新するか、otpauth の行として書き出してください。
fault-nothing-to-export = 書き出すものに当てはまる項目がありません。
fault-not-exportable = この形式では、この項目を書き出せません。
    .hint = --format otpauth か aegis をお試しください。
fault-bad-recipient = age の受信者ではありません。
    .hint = 受信者は「age1」で始まります。
fault-internal = 起こるはずのないことが起きました。鍵札の不具合です。
    .hint = 何をしていたかをお知らせください。これで保管庫が変わることはありません。

fault-key-none-plugged-in = セキュリティキーが差し込まれていません。
    .hint = 差し込んでください。差してあるなら、ハブを通さず別の口で試してください。コンテナやサンドボックスの中では、デバイスを通す必要があります。スマートフォンやほかの管理アプリにあるパスキーは、鍵にはありません。
fault-key-not-there = 「{ $wanted }」という鍵は差し込まれていません。
    .hint = 「kagifuda key list」で、差し込まれている鍵が見られます。
fault-key-several = 鍵が複数差し込まれています。1つだけ選ぶ必要があります。
    .hint = --device で選ぶか、ほかの鍵を抜いてください。
fault-key-forbidden = { $path } の鍵を使う権限がありません。
    .hint = 画面の前の人に鍵を渡すのは udev の規則です。systemd に含まれています (60-fido-id.rules と 71-seat.rules)。ない場合は、KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ENV{"{"}ID_SECURITY_TOKEN{"}"}=="1", TAG+="uaccess" を /etc/udev/rules.d/70-security-key.rules に書き、鍵を差し直してください。ssh 越しでは、画面の前に人がいることになりません。
fault-key-cards-forbidden = ここではスマートカードやNFCの鍵を使う権限がありません。
    .hint = polkit は画面の前の人に権限を与えます。ssh 越しに使うには、管理者が org.debian.pcsc-lite.access_pcsc と org.debian.pcsc-lite.access_card を許可する必要があります。
fault-key-no-terminal = 保管庫のパスフレーズを尋ねるには、「kagifuda key run」に端末が必要です。
    .hint = 端末で起動して開いたままにするか、「--verify fingerprint」を使うか、「--verify」を外してください（外せば、鍵のPINで本人を確認します）。
fault-reader-no-service = このPCには指紋リーダーのサービスがないか、応答しません。
    .hint = fprintd を入れ（DebianやUbuntuでは sudo apt install fprintd）、fprintd-enroll で指を登録してください。
fault-reader-none = 指紋リーダーが見つかりません。
    .hint = つないでください。Linux用のドライバーがないリーダーもあります。「fprintd-list $USER」で確かめられます。
fault-reader-no-finger = このPCの指紋リーダーに、あなたの指が登録されていません。
    .hint = 「fprintd-enroll」かデスクトップの設定で登録してください。
fault-reader-in-use = 指紋リーダーはほかのプログラムが使用中です。
    .hint = 別の画面のログインや sudo など、指を待っているものを終わらせてから、もう一度どうぞ。
fault-reader-not-allowed = ここでは指紋リーダーを使う権限がありません。
    .hint = 使えるのは画面の前にいる人です。ssh 越しには使えません。
fault-reader-gone = 指紋リーダーがなくなりました。
    .hint = つなぎ直してください。
fault-reader-failed = 本人の確認ができませんでした。
    .hint = 「sudo journalctl -u fprintd」に手がかりがあるかもしれません。
fault-key-no-node = 鍵はありますが、そこに届く { $path } がありません。
    .hint = 差し直してください。コンテナやサンドボックスの中では、デバイスを通してください。
fault-key-gone = 鍵が抜かれたか、応答する相手がいません。
    .hint = 差し込んで、はじめからやり直してください。
fault-key-busy = ほかのプログラムが鍵を使っています。
    .hint = ブラウザーでのサインインなど、使っているものを終えてから、もう一度試してください。
fault-key-silent = 鍵が応答しません。
    .hint = いったん抜き、差し直して、もう一度試してください。
fault-key-garbled = 鍵の応答が理解できません。
    .hint = いったん抜き、差し直して、もう一度試してください。続くようなら、鍵が壊れているかもしれません。
fault-key-too-old = この鍵は U2F だけに対応しています。PIN もパスキーもなく、管理するものがありません。
    .hint = サイトの二段階目の鍵としては、そのまま使えます。
fault-key-cannot-do = この鍵にはその機能がありません。
    .hint = 「kagifuda key info」で、できることが見られます。
fault-key-wrong-pin = { $left ->
        [0] PIN が違います。もう試せません。
        [1] PIN が違います。あと1回だけ試せます。そのあとは、鍵の中身をすべて消すリセットしかありません。
       *[other] PIN が違います。あと { $left } 回試せます。
    }
    .hint = 鍵を用意したときに決めた、鍵そのものの PIN です。パソコンやスマートフォンの PIN ではありません。
fault-key-needs-replug = PIN を続けて間違えたため、鍵はいま PIN を受け付けません。
    .hint = 鍵を抜き、差し直して、PIN をゆっくり入力してください。
fault-key-pin-blocked = PIN を間違えすぎたため、完全に使えなくなりました。
    .hint = 「kagifuda key reset」だけが、PIN を使える状態に戻します。ただし、鍵のすべてのパスキーが消えます。先に、それらのサイトへ別の方法でサインインできることを確かめてください。
fault-key-no-pin = これには PIN が必要ですが、鍵に PIN がありません。
    .hint = 「kagifuda key pin set」で設定できます。
fault-key-has-pin = 鍵にはすでに PIN があります。
    .hint = 「kagifuda key pin change」で変更できます。
fault-key-pin-too-short = { $least ->
       *[other] PIN が短すぎます。この鍵には { $least } 文字以上が必要です。
    }
fault-key-pin-too-long = PIN が長すぎます。鍵が受け付けるのは { $most } バイトまでです。
fault-key-pin-refused = 鍵がこの PIN を受け付けません。鍵の規則に対して、短すぎるか単純すぎます。
    .hint = 「kagifuda key info」で、必要な長さが見られます。
fault-key-pin-must-change = 鍵が、何よりも先に PIN の変更を求めています。
    .hint = 「kagifuda key pin change」で変更できます。
fault-key-only-stricter = この鍵はすでに { $least } 文字を求めています。増やすことしかできません。
    .hint = 元に戻せるのはリセットだけです。
fault-key-reset-too-late = 鍵がリセットを受け付けるのは、差し込んでから数秒の間だけです。何も消えていません。
    .hint = いったん抜き、差し込んで、すぐにもう一度実行してください。
fault-key-not-touched = 時間内に鍵が触れられなかったか、鍵が断りました。何もしていません。
fault-key-full = 鍵に空きがありません。
    .hint = 「kagifuda key passkeys list」で、鍵にあるものが見られます。
fault-key-no-such-passkey = 「{ $wanted }」に合うパスキーは、この鍵にありません。
    .hint = 「kagifuda key passkeys list」で一覧が見られます。二段階目としてだけ登録したものは、どの鍵でも一覧に出ません。
fault-key-no-sensor = この鍵には指紋センサーがありません。
    .hint = 「kagifuda key info」で、できることが見られます。センサーのある鍵なら、そこに「指」の行が出ます。このPCが鍵の場合（「kagifuda key run」）、センサーはありません。端末かデスクトップで許可し、PINは入力します。
fault-key-fingers-full = 鍵には、これ以上指を覚える空きがありません。何も変えていません。
    .hint = 「kagifuda key bio list」で覚えている指が見られ、「kagifuda key bio delete」で空きができます。
fault-key-no-such-finger = 「{ $wanted }」に合う指を、この鍵は覚えていません。
    .hint = 「kagifuda key bio list」で一覧が見られます。
fault-key-finger-name-too-long = 名前が長すぎます。この鍵が受け付けるのは { $most } バイトまでです（英字は1バイト、かなや漢字は3バイト）。
fault-key-finger-not-taken = 鍵は、次に見分けられる指を覚えませんでした。何も変えていません。
    .hint = まだ覚えていない指を、きれいに乾かして、もう一度試してください。覚えている指は「kagifuda key bio list」で見られます。
fault-key-no-blob = パスキー { $name } にはデータがありません。
    .hint = どれが持つかは「kagifuda key blobs list」で見られます。
fault-key-no-blob-key = パスキー { $name } はデータを持てるように作られていません。あとから持たせることはできません。
    .hint = 登録するプログラムが求める必要があります（largeBlob）。対応したプログラムで登録し直してください。
fault-key-blob-no-text = データは文字ではないため、画面には出しません。
    .hint = --file でファイルに書いてください。
fault-key-damaged = 鍵の保管しているものが、鍵自身の検査値と合いません。
fault-key-refused = 鍵が断りました (状態 { $status })。
    .hint = 「kagifuda key info」で、できることが見られます。
