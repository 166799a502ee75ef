# コマンド、引数、オプションの説明と、値の呼び名。

cmd-kagifuda = 本人である証しを保管します。サインインのコード、バックアップコード、それぞれの入り方がどこにあるか。
    .more = すべては、本人だけが開けられる暗号化されたファイル1つに入ります。まず「kagifuda init」で作ります。先に様子を見るなら「kagifuda demo」。準備は不要で、あとに何も残りません。
    .example =
        kagifuda init                       保管庫を作る
        kagifuda token import export.json   今までのアプリのトークンを取り込む
        kagifuda code github                コードを表示する

cmd-init = 新しい保管庫を作ります。
    .more = パスフレーズを1つ決め、書き留めるための復元の言葉を受け取ります。どちらか一方があれば保管庫を開けられます。両方なくすと、だれにも開けられません。
cmd-unlock = 保管庫をしばらく開けておきます。
    .more = しばらく使われないか「kagifuda lock」が実行されるまで、エージェントが開けておきます。ほかのコマンドは、必要になると自分でパスフレーズをたずねます。
cmd-lock = 保管庫を閉じ、鍵を忘れます。
cmd-status = 保管庫が開いているか、何が入っているかを表示します。

cmd-code = サインインのコードを表示します。
    .more = サービス名やアカウントの一部で十分です。当てはまるトークンが1つならそのコードを表示し、いくつもあれば一覧にします。カウンター方式 (HOTP) のコードは、新しいカウンターを確実に保存してから表示します。
    .example =
        kagifuda code git         GitHub のコード
        kagifuda code git work    2つあるとき
        kagifuda code -c git      クリップボードへ、30秒間

cmd-token = トークン (コードのもと) を保管します。
cmd-token-add = トークンを追加します。
    .more = サービスが示す秘密の文字列か otpauth:// のアドレスをたずねます。パイプでつなぐと標準入力から読みます。引数では受け取りません。引数はほかのプログラムから見え、シェルの履歴にも残るからです。
    .example =
        kagifuda token add --issuer GitHub --account me@example.org
        wl-paste | kagifuda token add
cmd-token-list = トークンを一覧にします。
cmd-token-show = トークンを1つ表示します。
cmd-token-edit = トークンの名前や分類を変えます。
cmd-token-remove = トークンを削除します。
    .more = 30日の間は「kagifuda undo」で戻せます。
cmd-token-import = ほかのアプリのトークンを取り込みます。
    .more = otpauth の行、Google Authenticator の移行コードの中身、Aegis・2FAS・Ente など多くのアプリのファイルを読みます（一覧は手引きの「引っ越し」にあります）。ファイルの種類は、中身を見て判断します。何かを変える前に、それぞれがどうなるかを表示します。失敗した取り込みは何も変えません。
    .example =
        kagifuda token import --dry-run aegis-export.json
        kagifuda token import aegis-export.json
cmd-token-export = ほかのアプリのためにトークンを書き出し、2つめの置き場所を作ります。
    .more = Aegis と 2FAS のファイルは、決めたパスワードで暗号化します。age のファイルは標準の age プログラムで開けます。平文は --plain で明示したときだけ書きます。それを読んだ人は、あなたとしてサインインできます。保管庫全体の写しには「kagifuda vault backup」を使います。
    .example =
        kagifuda token export phone.json --format aegis
        kagifuda token export tokens.age --format otpauth --age
cmd-token-qr = トークンを、スマートフォンで読み取れる QR コードとして表示します。
cmd-token-scan = QR コードの画像からトークンを読み取ります。

cmd-passkey = パスキー (この保管庫のセキュリティキーでサインインに使うもの) を保管します。
    .more = 「kagifuda key run」でサイトに登録したときか、取り込みで増えます。差し込まれている鍵の中身は「kagifuda key passkeys」で見られます。
cmd-passkey-list = 保管庫のパスキーを一覧にします。
cmd-passkey-show = パスキーを1つ、秘密を除いて表示します。
cmd-passkey-edit = パスキーの名前や分類を変えます。
cmd-passkey-remove = パスキーを削除します。
    .more = サイトには伝わりません。30日の間は「kagifuda undo」で戻せます。それを含むバックアップから勝手に戻ることはありません。
cmd-passkey-import = ほかのパスワード管理アプリのパスキーを取り込みます。
    .more = FIDO の Credential Exchange Format (CXF) を読みます。パスキーと時刻方式のトークンを取り込み、それ以外は名前を挙げて残します。何かを変える前に、それぞれがどうなるかを表示します。失敗した取り込みは何も変えません。
    .example =
        kagifuda passkey import --dry-run manager-export.json
        age --decrypt passkeys.age | kagifuda passkey import -
cmd-passkey-export = ほかのパスワード管理アプリのために、FIDO の Credential Exchange Format (CXF) でパスキーを書き出します。
    .more = この形式には保護がありません。--age と --to は age のファイルに包みます。読める形のファイルは --plain で明示したときだけ書きます。それを読んだ人は、あなたとしてサインインできます。保管庫全体の写しには「kagifuda vault backup」を使います。
    .example =
        kagifuda passkey export passkeys.age --age
        kagifuda passkey export one.json --plain --query example.org

cmd-service = サービス (サインインする先) を保管します。
cmd-service-add = サービスを追加します。
cmd-service-list = サービスを一覧にします。
cmd-service-show = サービスを1つ、入り方とともに表示します。
cmd-service-edit = サービスを変更します。
cmd-service-remove = サービスを削除します。

cmd-method = 方法 (サービスへの入り方と、それがどこにあるか) を保管します。
    .example = kagifuda method add "スマートフォン" --service github --what passkey --lives icloud --synced yes
cmd-method-add = 方法を追加します。
cmd-method-list = 方法を一覧にします。
cmd-method-show = 方法を1つ表示します。
cmd-method-edit = 方法を変更します。
cmd-method-remove = 方法を削除します。

cmd-codes = バックアップコード (緊急用にサービスから渡されたもの) を保管します。
cmd-codes-add = バックアップコードを1組追加します。
    .more = どこに置いたかを記録します。こちらがおすすめです。トークンとそのバックアップコードが両方入った保管庫は、1つなくせばすべてなくすことになるからです。--store を付けると、コードそのものをたずねるか、標準入力から1行に1つずつ読みます。
    .example =
        kagifuda codes add GitHub --service github --where "青いファイル"
        kagifuda codes add GitHub --store
cmd-codes-list = バックアップコードの組を一覧にします。
cmd-codes-show = バックアップコードを1組表示します。
cmd-codes-use = 未使用のバックアップコードを1つ表示し、使用済みとして記録します。
    .more = 使用の記録を保存してから表示するので、同じコードが2度出ることはありません。
cmd-codes-edit = バックアップコードの組を変更します。
cmd-codes-remove = バックアップコードの組を削除します。

cmd-note = メモ (秘密の文章) を保管します。
cmd-note-add = メモを追加します。本文はたずねるか、標準入力から読みます。
cmd-note-list = メモを一覧にします。
cmd-note-show = メモを1つ表示します。
cmd-note-edit = メモを変更します。
cmd-note-remove = メモを削除します。

cmd-key = セキュリティキーを扱います。差し込まれている鍵と、持っている鍵の一覧です。
cmd-key-run = 終了するまで、このPCをセキュリティキーにします。
    .more = ブラウザーやsshなどのプログラムからはUSBセキュリティキーに見え、パスキーは保管庫に入ります。登録とサインインのたびに、この端末で内容を示して確かめます。ブローカーkagifudadかudevの規則が要ります（手引きを参照）。「kill -HUP」で抜き差しになります。
cmd-key-info = 差し込まれている鍵が自分について述べること (PIN、空き、できること) を表示します。
cmd-key-pin = 鍵のPINを設定・変更します。
cmd-key-pin-set = 鍵に最初のPINを付けます。
cmd-key-pin-change = 鍵のPINを変更します。
cmd-key-pin-force = ほかの何よりも先に、新しいPINを決めるよう鍵に求めさせます。
    .more = 鍵を人に渡すときに使います。受け取った人が、まず自分のPINを決めます。
cmd-key-passkeys = 鍵にあるパスキーを見たり、名前を変えたり、消したりします。
cmd-key-passkeys-list = 鍵にあるパスキーを一覧にします。鍵のPINが要ります。
cmd-key-passkeys-rename = 鍵の中での、パスキーのアカウント名を変えます。
    .more = サイト側の名前は変わりません。"" とすると、その名前が消えます。
cmd-key-passkeys-delete = 鍵からパスキーを消します。
    .more = サイトには伝わりません。先に別の方法でサインインし、サイトの側でもそのパスキーを外してください。
cmd-key-bio = 指紋センサーのある鍵に、指を覚えさせたり、見たり、名前を変えたり、消したりします。
    .more = 覚えさせた指は、鍵のPINの代わりになります。PINは、指が認識されないときのために残ります。
cmd-key-bio-info = 鍵の指紋センサーについて表示します。
cmd-key-bio-list = 鍵が覚えている指を一覧にします。鍵のPINが要ります。
cmd-key-bio-add = 鍵に指を覚えさせます。
    .more = センサーに何度か触れます。そのたびに結果が出ます。Ctrl-C でやめると、鍵には何も残りません。
cmd-key-bio-rename = 鍵の中での、指の名前を変えます。
cmd-key-bio-delete = 鍵に指を忘れさせます。
cmd-key-blobs = パスキーのほかに鍵が持つデータを見たり、変えたりします。
    .more = データはパスキーに属します。たとえばsshの証明書はssh鍵に属します。そのように作られたパスキーだけが持てます。
cmd-key-blobs-list = データを持てるパスキーと、その長さを一覧にします。
cmd-key-blobs-show = パスキーのデータを書き出します。
cmd-key-blobs-set = パスキーにデータを付けます。前のデータは置き換わります。
cmd-key-blobs-remove = パスキーのデータを消します。
cmd-key-config = 鍵の設定を変えます。
    .more = いまの設定は「kagifuda key info」で見られます。always-uv のほかは厳しくなる一方で、戻すには鍵の中身すべてとともにリセットするしかありません。
cmd-key-config-always-uv = PIN・指紋・顔を毎回求めるかどうかを決めます。
    .more = 求めない場合、触れるだけで二つ目の要素として認めるサイトがあります。
cmd-key-config-min-pin-length = PINの最小文字数を決めます。
cmd-key-config-long-touch-for-reset = リセットの前に、長く触れることを鍵に求めさせます。
cmd-key-config-enterprise-attestation = メーカーや勤め先の一覧にあるサイトに、どの個体かを鍵が伝えられるようにします。
cmd-key-reset = 鍵にすべてを忘れさせます。PIN、パスキー、登録したすべてのサイトが対象です。
cmd-key-wink = 点滅などで、鍵に自分を示させます。
cmd-key-add = セキュリティキーを追加します。
cmd-key-list = 差し込まれている鍵と、保管庫にある鍵を一覧にします。
    .more = 差し込まれていて、まだ保管庫の一覧にない鍵は、そこに加えます。
cmd-key-show = セキュリティキーを1つ表示します。
cmd-key-edit = セキュリティキーを変更します。
cmd-key-remove = セキュリティキーを一覧から削除します。

cmd-phone = スマートフォンを登録します。アプリ、SMS、パスキーが頼っているものです。
    .more = 登録したスマートフォンは、地図に名前で現れます。電話番号は SIM を表します。手元に電話機があっても、番号だけが止められたり盗まれたりすることがあるからです。
    .example = kagifuda phone add "Pixel" --system android --number 090-1234-5678
cmd-phone-add = スマートフォンを追加します。
cmd-phone-list = スマートフォンの一覧を表示します。
cmd-phone-show = スマートフォンを1台表示します。
cmd-phone-edit = スマートフォンの情報を変更します。
cmd-phone-remove = スマートフォンを削除します。

cmd-map = どのサービスが何で守られ、入る方法がどこにあり、何をなくすと何に入れなくなるかを表示します。
    .more = この保管庫のトークン、パスキー、バックアップコードは、自動で地図に載ります。パスワードや、ほかの場所にあるものは「kagifuda method add」で登録します。地図が「入れる」と言うのは、確かなときだけです。登録されていないことは、あてにしません。「kagifuda map next」は、次にするとよいことを、大切なものから3つまで挙げます。「map」の後ろに言葉を付けると、当てはまるサービスだけを表示します。
    .example =
        kagifuda map
        kagifuda map next
        kagifuda map --lose phone             最初の24時間にすること
        kagifuda map --lose phone --done 3    3番を済みにする
        kagifuda map --drill                  なくしたときの練習
        kagifuda method add "ふだんのパスワード" --what password --lives memory

cmd-move = 古いスマートフォンから新しいほうへ、入れないサービスを出さずに移します。
    .more = 地図から手順を作り、保管庫に保存します。間違えても失うものが少ないように、大切でないサービスから順に進めます。古いほうが動くうちにしかできないことには、印が付きます。この保管庫のトークンは QR コードか暗号化したファイルで渡し、新しいほうが正しいコードを出したら、移ったことになります。その後、古いほうから外すものの一覧が出ます。何も付けなければ、今の様子と次にすることを表示します。いつでもやめて、続きから始められます。キー、USB メモリー、この PC の間でも使えます。
    .example =
        kagifuda move --from "古いスマホ" --to "新しいスマホ"
        kagifuda move                          今の様子と、次にすること
        kagifuda move --send                   次のトークンを QR コードで
        kagifuda move --send --file new.json   残りをすべて、暗号化して Aegis 用に
        kagifuda move --prove                  新しいほうに出ているコードをたずねる
        kagifuda move --done 3 --skip 4
        kagifuda move --end                    今の置き場所を地図に書く
        kagifuda move --template person > changing-phones.html

cmd-stick = PC の鍵として使う USB メモリーの一覧を保管します。
    .more = 普通の USB メモリーが FIDO2 セキュリティキーになることはありません。セキュリティキーは「kagifuda key」で扱います。
cmd-stick-add = USB メモリーを追加します。
cmd-stick-list = USB メモリーを一覧にします。
cmd-stick-show = USB メモリーを1つ表示します。
cmd-stick-edit = USB メモリーを変更します。
cmd-stick-remove = USB メモリーを一覧から削除します。

cmd-vault = 保管庫全体の手入れをします。
cmd-vault-merge = 同じ保管庫の別の写しから、変更を取り込みます。
    .more = 1つの保管庫の写しを、何台もの PC で変更してかまいません。どの順で取り込んでも結果は同じです。別々の項目への変更はどちらも残り、削除したものは戻ってきません。相手のファイルは読むだけです。
cmd-vault-verify = 保管庫全体を読み、検査します。
cmd-vault-backup = 保管庫の写しを書き出します。保管庫と同じように暗号化されています。
cmd-vault-restore = バックアップを保管庫の場所に戻します。
    .more = そこに同じ保管庫があれば取り込み、別の保管庫なら横に残します。何も失われません。

cmd-history = 行ったことを新しい順に表示します。
cmd-undo = この PC での最後の変更、または指定した変更を取り消します。
    .more = 30日の間は取り消せます。使ったバックアップコードは使用済みのままで、カウンターが下がることもありません。

cmd-doctor = 支障がないか調べます。
cmd-doctor-key = サイトが「セキュリティキーを挿入してください」と言う理由を説明し、鍵に必要なものを調べます。
    .more = 見るだけです。先に直すものがあれば終了コードは1です。

cmd-open-with = 保管庫の開け方を管理します。
cmd-open-with-list = 保管庫の開け方を一覧にします。
cmd-open-with-add = 保管庫の開け方を追加します。
cmd-open-with-add-passphrase = パスフレーズをもう1つ追加します。
cmd-open-with-add-words = 復元の言葉をもう1組追加します。
cmd-open-with-add-keyring = この PC のキーリングを追加します。サインイン中は、聞かれずに保管庫が開きます。
    .more = キーリング (Secret Service。GNOME Keyring で確認済み) が預かるのは、このためだけに作った秘密で、パスフレーズではありません。キーリングが開いている間、この PC を使う人はだれでも保管庫を開けられます。キーリングが閉じていても、壊れていても、空でも、締め出されることはありません。理由を1行で伝えて、パスフレーズをたずねます。キーリングだけで開く保管庫にはなりません。
cmd-open-with-add-tpm = この PC の TPM を追加します。この PC でだけ、聞かれずに保管庫が開きます。
    .more = この PC の TPM 2.0 (swtpm で確認済み) が、このためだけに作った秘密を封じます。パスフレーズではありません。あなたとしてこの PC を使う人はだれでも、保管庫を開けられます。ディスクを暗号化していなければ、PC を丸ごと手に入れた人も同じです。ディスクだけを抜き取っても、何も得られません。TPM が消去されても、交換されても、答えなくても、締め出されることはありません。理由を1行で伝えて、パスフレーズをたずねます。TPM だけで開く保管庫にはなりません。
cmd-open-with-change = 開け方の秘密を新しくします。
    .more = 保管庫の古い写しは、今までの秘密で開けられるままです。
cmd-open-with-confirm = 別の PC で追加した開け方を、自分のものと認めます。
    .more = 開け方を削除したとき、この PC がその PC をまだ知らなかった場合に必要です。古い写しと古いパスフレーズを持つだれかが追加したのかもしれないので、認めるまで、新しい内容はその開け方では読めません。覚えがなければ削除してください。
cmd-open-with-remove = 開け方を削除します。
    .more = 保管庫の古い写しは、その方法で開けられるままです。最後の開け方は削除できません。特定の PC に結びついたものだけを残すこともできません。

cmd-sheet = 印刷する復元シート (保管庫を開ける1ページ) を作ります。
    .more = 新しい24の言葉と、同じ内容のQRコードが載ります。言葉の1つを答えて手元にあることを確かめると、前のシートでは開けられなくなります。ファイルでも保管庫を開けられるので、印刷したら消すか、ファイルを作らずにプリンターへ送ってください。
    .example = kagifuda sheet - | lp

cmd-screen = 画面を開きます。刻々と変わるコード、バックアップコード、地図、履歴を見られます。
    .more = 保管庫があれば、端末で「kagifuda」とだけ入力しても開きます。文字を入力すると検索できます。「?」でキーの説明が出ます。

cmd-guide = どの方法が合うかを、一緒に選びます。
    .more = 何を開けたいか、何を持っているかをお尋ねし、4つの方法のどれが合うか、何を買うか買わないか、予備をどうするかをお答えします。何も保存しません。フラグで指定したことは尋ねません。

cmd-doctor-vault = この PC が保管庫のよい置き場所かを調べます (ファイル、メモリー、キーリング、TPM、スワップ、時計)。
cmd-doctor-code = サービスがコードを受け付けない理由を探します。
cmd-doctor-clock = 時刻の正しい機器に出ているコードから、この PC の時計のずれを測ります。
    .more = コードはどこにも送りません。時間で変わるトークンに使えます。
cmd-report = 問い合わせで聞かれることを、秘密を含めずにまとめます。

cmd-demo = 一時フォルダーの中で、鍵札のできることをお見せします。
cmd-demo-writer = 実演のために、止められるまで保管庫に書き込みます。
cmd-help = コマンドの説明を表示します。

cmd-generate = 配布のためのファイルを作ります。
cmd-generate-man = マニュアルページを書き出します。
cmd-generate-completions = bash・zsh・fish の補完を書き出します。
cmd-generate-reference = リファレンスを表示します。
cmd-agent = 保管庫を開ける唯一のプロセス、エージェントを動かします。必要なときに起動されます。
cmd-clear-clipboard = クリップボードの中身が標準入力と同じままなら消します。--copy から起動されます。

arg-vault = 保管庫のファイル。通常は $XDG_DATA_HOME/kagifuda/vault.kagifuda です。
arg-lang = 表示する言語。通常はシステムの言語です。
arg-color = 色を使うとき。通常は端末でのみ使います。
arg-passphrase-fd = 秘密をたずねる代わりに、開いているこのファイル記述子から1行ずつ読みます。
arg-passphrase-stdin = 秘密をたずねる代わりに、標準入力から1行ずつ読みます。
arg-yes = 質問に「はい」と答えます。
arg-help = 説明を表示します。
arg-version = バージョンを表示します。

arg-query = 名前、サービス、アカウント、タグの一部。
arg-json = JSON を出力します。形はマニュアルにあります。
arg-copy = 表示する代わりにクリップボードへコピーし、30秒後に消します。
arg-watch = Ctrl-C を押すまで、変わっていくコードを表示し続けます。
arg-next = 次のコードも表示します。
arg-limit = 表示する件数の上限。
arg-change = どの変更か (「kagifuda history」に出る番号)。
arg-keep = フォルダーを残し、保管庫を開けたままにします。
arg-help-of = 説明を見たいコマンド。
arg-refused = 秘密は引数では受け取りません。

arg-name = 呼び名。
arg-rename = 自分で付ける名前。
arg-issuer = どのサービスのトークンか。
arg-account = どのアカウントのものか。
arg-token-kind = コードの作り方。通常は totp です。
arg-algorithm = ハッシュ関数。通常は sha1 です。
arg-digits = コードの文字数。通常は6です。
arg-period = コードが有効な秒数。通常は30です。
arg-counter = 次のコードのカウンター (hotp)。
arg-service-of = どのサービスのものか。
arg-url = サービスのアドレス。何度でも指定できます。
arg-what = 方法の種類。
arg-method-on = 入っているもの、通るもの。スマートフォン、キー、USB メモリー、メールのサービス、トークンなど。
arg-role = 種類からわからないときの役割。
arg-importance = このサービスの大切さ。ふつうは normal。
arg-system = スマートフォンの機種。
arg-phone-number = 電話番号。
arg-map-query = 「next」なら次にすること。ほかの言葉なら、サービスの名前の一部。--drill と使うときは、なくしたことにするもの。
arg-map-lose = これをなくしたとき、最初の24時間にすることの手順を作ります。すでにあれば、もう一度表示します。保管庫に保存されます。
arg-map-done = この番号の手順を済みにします。何度でも指定できます。
arg-map-end = 手順を片付けます。
arg-map-change-password = このサービスのパスワードを変えると、ログイン中の端末やパスキーがどうなるか、何を確かめるかを説明します。
arg-map-review = 3か月ごとの見直し。弱くなったもの、忘れられたもの、はっきりしないものを挙げます。
arg-map-drill = なくしたときの練習をします。何かを1つなくしたことにして、どう入るかをたずね、答えを表示します。何も書き込みません。
arg-move-from = 移す元。地図での名前で指定します。手順がいくつもあるときは、どれのことかを示します。
arg-move-to = 移す先。--from と一緒に指定すると、手順を作ります。
arg-move-send = 次のトークンを渡します。端末に QR コードを表示するか、--file に書きます。
arg-move-file = 書き出すファイル。.json (Aegis) と .2fas は暗号化され、残りがすべて入ります。.png と .svg は、次の QR コードの画像です。
arg-move-prove = 渡したトークンのコードを、1つずつたずねます。
arg-move-only = この番号のトークンだけを対象にします。カウンター方式のものは、こうして渡します。何度でも指定できます。
arg-move-done = この番号の手順を済みにします。何度でも指定できます。
arg-move-skip = この番号の手順を、確かめないまま飛ばします。何度でも指定できます。
arg-move-off = この番号のものを、古いほうから外したことにします。何度でも指定できます。
arg-move-end = 確かめたものと済みにしたものについて、今の置き場所を地図に書き、手順を片付けます。
arg-move-template = 印刷して書き込むページを、個人用 (person) か会社用 (company) で作ります。--file か標準出力に書きます。保管庫はいりません。
arg-move-abort = 手順をやめます。地図は変わりません。
arg-map-svg = 地図を SVG として、この新しいファイルに描きます。
arg-lives = どこにあるか。
arg-where = どこに置いてあるか、自分の言葉で。
arg-synced = ほかの機器と同期されるか。
arg-proven = たった今、使えることを確かめたと記録します。
arg-store-codes = コードそのものを保管します。
arg-emergency = 1回限りの強制解除パスワードです。
arg-provider = どこに預けているか、自分の言葉で。
arg-firmware = ファームウェアのバージョン。
arg-opens = 開けられる PC。何度でも指定できます。
arg-lost = なくしたと記録します。
arg-found = 見つかったと記録します。
arg-model = 型番。
arg-serial = シリアル番号。
arg-tag = タグを付けます。何度でも指定できます。
arg-untag = タグを外します。何度でも指定できます。
arg-tag-filter = このタグが付いたものだけ。
arg-folder = 入れるフォルダー。
arg-tint = 色 (例: #3366cc)。
arg-note = メモをたずねます。秘密を書いてもかまいません。
arg-note-text = 新しい本文をたずねます。
arg-pin = 一覧の先頭に置きます。
arg-unpin = 一覧の先頭から外します。
arg-place = 一覧での順番。1が先頭で、順番のないものは名前順であとに続きます。0で順番を外します。
arg-show-secret = 秘密も表示します。

arg-import-file = 読み込むファイル。- は標準入力です。
arg-scan-file = 読み込む画像 (PNG か JPEG)。- は標準入力です。
arg-scan-clipboard = コピーした画像か otpauth の行を読み込みます。
arg-scan-screen = 画面、または選んだ部分の画像をデスクトップに撮らせて、読み込みます。
arg-dry-run = どうなるかを表示するだけにします。
arg-export-file = 書き出すファイル。- は標準出力です。すでにあるファイルは上書きしません。
arg-export-format = 書き出す形式。
arg-age = age のファイルとして、パスフレーズで守ります。
arg-age-recipient = この age 受信者のために守ります。
arg-plain = ファイルを手にした人ならだれでも読める形で書き出します。

arg-unlock-words = 復元の言葉で開けます。
arg-unlock-idle = この分数だけ使われないと、また閉じます。
arg-merge-other = 同じ保管庫の別の写し。
arg-backup-file = 書き出すファイル。まだないものを指定します。
arg-restore-file = バックアップ。
arg-restore-words = バックアップを復元の言葉で開けます。
arg-way = どの開け方か (「kagifuda open-with list」に出る番号)。
arg-way-label = 呼び名。
arg-open-sheet = 復元シートの写真 (PNG か JPEG) で開けます。
arg-sheet-file = 書き出すファイル (末尾は .pdf か .html)。- は標準出力への PDF です。すでにあるファイルは上書きしません。
arg-guide-for = 開けたいもの。
arg-guide-system = お使いのもの。
arg-guide-socket = USB の差し込み口。
arg-guide-phone = スマートフォンにあるもの。
arg-guide-rules = 使える鍵を決める人。
arg-doctor-symptom = どうなるか。
arg-report-symptom = どうなるかを、ご自分の言葉で。
arg-words-lang = 復元の言葉の言語。通常はシステムの言語です。
arg-folder-out = 書き出すフォルダー。
arg-key-device = どの鍵か (複数差し込まれているとき)。デバイス、名前、またはシリアル番号。
arg-key-passkey = どのパスキーか。サイトやアカウントの言葉、またはidの先頭。
arg-key-finger = どの指か。名前の言葉、またはidの先頭。
arg-key-finger-name = 指の呼び名。例："右の親指"
arg-key-account = アカウントの名前。
arg-key-person = 人の名前。
arg-key-blob-out = この新しいファイルに書きます。指定がなければ標準出力です。
arg-key-blob-in = データのファイル。「-」は標準入力です。
arg-key-switch = 求めるかどうか。
arg-key-length = 文字数。
arg-key-site = PINの最小文字数を知ってよいサイト。例：example.com
value-domain = サイト
value-device = 鍵
arg-agent-idle = この秒数だけ使われないと閉じます。
arg-clipboard = どのクリップボードか。
arg-clear-after = 何秒後か。

value-thing = もの
value-role = 役割
value-importance = 大切さ
value-system = 機種
value-algorithm = 名前
value-answer = 答え
value-change = 変更
value-colour = 色
value-command = コマンド
value-file = ファイル
value-picture = 写真
value-folder = フォルダー
value-format = 形式
value-home = 場所
value-kind = 種類
value-lang = 言語
value-minutes = 分
value-name = 名前
value-number = 数
value-place = 文
value-query = 検索語
value-recipient = 受信者
value-seconds = 秒
value-tag = タグ
value-text = 文
value-by = 方法
value-url = アドレス
value-way = 開け方
value-what = 種類
value-when = とき
arg-key-card = USBの鍵ではなく、Debianのパッケージ vsmartcard-vpcd の仮想リーダーに入ったスマートカードとして動かします。そのリーダーは、このPCのだれもが使えます。
arg-key-post-quantum = 量子コンピューターでも偽造できないとされる署名 ML-DSA（FIPS 204）も、サイトに提示します。対応するサイトやブラウザーはまだわずかで、署名を行うライブラリーは監査を受けていません。
arg-key-verify = 鍵のPINの代わりに本人を見分ける方法。このPCの指紋リーダー（fprintd）か、この端末で入力する保管庫のパスフレーズ。
arg-key-card-at = ループバックのこのポートのリーダーでスマートカードとして動作（テスト専用）
arg-key-udp = ループバックのこのポートでレポートを送受信（テスト専用）
arg-key-control = ループバックのこのポートのHTTPでボタンと抜き差し（テスト専用）
arg-key-touch-by-itself = すべてに同意（テスト専用）
